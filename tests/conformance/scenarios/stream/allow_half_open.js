const { setTimeout: sleep } = require('node:timers/promises');

(async () => {
  class Both extends stream.Duplex {
    _read() {}
    _write(chunk, encoding, callback) {
      log('sink', '_write', chunk);
      callback(null);
    }
  }
  const say = (name, s) => state(
    name, s, 'allowHalfOpen', 'readable', 'writable', 'readableEnded', 'writableEnded', 'destroyed',
  );
  const open = observe('open', new Both());
  open.resume();
  open.push(null);
  await sleep(20);
  say('open', open);
  log('open', open.write('still', done('open', 'write')));
  open.end();
  await sleep(20);
  say('open', open);
  const shut = observe('shut', new Both({ allowHalfOpen: false }));
  shut.resume();
  await sleep(20);
  shut.push(null);
  say('shut', shut);
  await sleep(20);
  say('shut', shut);
  const ends = observe('ends', new Both({ allowHalfOpen: false }));
  ends.end();
  await sleep(20);
  say('ends', ends);
  ends.push('x');
  ends.push(null);
  ends.resume();
  await sleep(20);
  say('ends', ends);
})();
