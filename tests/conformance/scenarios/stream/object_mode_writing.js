const { setTimeout: sleep } = require('node:timers/promises');

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
  await sleep(20);
  release();
  await sleep(20);
  release();
  await sleep(20);
  release();
  await sleep(20);
  s.end('last', done('s', 'end'));
  await sleep(20);
  release();
})();
