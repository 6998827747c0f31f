const { setTimeout: sleep } = require('node:timers/promises');

// Enough turns of the loop for all that follows from the last call.
async function settle() {
  for (let turn = 0; turn < 12; turn += 1) await sleep(1);
}

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
  await settle();
  release();
  await settle();
  release();
  await settle();
  log('s', 'last', s.writableFinished, s.writableLength);
  release();
})();
