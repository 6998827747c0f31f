const { setTimeout: sleep } = require('node:timers/promises');

(async () => {
  let left = 10;
  class Source extends stream.Readable {
    _read(size) {
      log('s', '_read', size);
      if (left-- > 0) this.push('abc');
    }
  }
  const s = new Source({ highWaterMark: 7 });
  await sleep(20);
  log('s', 'nothing asked', s.readableLength);
  log('s', s.read(0), s.readableLength);
  await sleep(20);
  log('s', s.readableLength, s.read(2), s.readableLength);
  await sleep(20);
  log('s', s.readableLength, s.read(), s.readableLength);
  await sleep(20);
  log('s', s.readableLength, s.readableDidRead);
})();
