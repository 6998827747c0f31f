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
  const s = observe('s', new Sink({ objectMode: true, highWaterMark: 3 }));
  log('s', s.write(1), s.writableLength);
  log('s', s.write(''), s.writableLength);
  log('s', s.write([1, 2], done('s', 'callback')), s.writableLength, s.writableNeedDrain);
  await settle();
  release();
  await settle();
  release();
  await settle();
  release();
  await settle();
  s.end('last', done('s', 'end'));
  await settle();
  release();
})();
