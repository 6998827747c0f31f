const { setTimeout: sleep } = require('node:timers/promises');

(async () => {
  class Source extends stream.Readable {
    _read(size) { log('s', '_read', size); }
  }
  const s = new Source({ highWaterMark: 4 });
  observe('s', s);
  log('s', s.push('ab'), s.readableLength);
  log('s', s.push('c'), s.readableLength);
  log('s', s.push('d'), s.readableLength);
  log('s', s.push('efgh'), s.readableLength);
  log('s', s.push(null), s.readableLength, s.readableEnded, s.readable);
  await sleep(20);
  log('s', 'still there', s.readableLength, s.readableEnded);
  log('s', s.read(1), s.read(3), s.read(2), s.readableLength);
  await sleep(20);
  log('s', 'two left', s.readableLength, s.readableEnded);
  log('s', s.read(5), s.readableEnded, s.readable);
  await sleep(20);
  log('s', 'after', s.readableEnded, s.readable, s.read(), s.closed);
})();
