const { setTimeout: sleep } = require('node:timers/promises');

(async () => {
  let release;
  class Sink extends stream.Writable {
    _write(chunk, encoding, callback) {
      log('s', '_write', chunk);
      release = () => callback(null);
    }
  }
  const s = observe('s', new Sink({ highWaterMark: 2 }));
  s.write('ab', done('s', 'ab'));
  s.write('cd', done('s', 'cd'));
  s.end('ef', done('s', 'end'));
  state('s', s, 'writable', 'writableEnded', 'writableFinished', 'writableLength', 'writableNeedDrain');
  await sleep(20);
  release();
  await sleep(20);
  release();
  await sleep(20);
  log('s', 'last', s.writableFinished, s.writableLength);
  release();
})();
