const { setTimeout: sleep } = require('node:timers/promises');

// Enough turns of the loop for all that follows from the last call.
async function settle() {
  for (let turn = 0; turn < 12; turn += 1) await sleep(1);
}

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
  await settle();
  say('open', open);
  log('open', open.write('still', done('open', 'write')));
  open.end();
  await settle();
  say('open', open);
  const shut = observe('shut', new Both({ allowHalfOpen: false }));
  shut.resume();
  await settle();
  shut.push(null);
  say('shut', shut);
  await settle();
  say('shut', shut);
  const ends = observe('ends', new Both({ allowHalfOpen: false }));
  ends.end();
  await settle();
  say('ends', ends);
  ends.push('x');
  ends.push(null);
  ends.resume();
  await settle();
  say('ends', ends);
})();
