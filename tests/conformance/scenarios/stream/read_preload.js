const { setTimeout: sleep } = require('node:timers/promises');

// Enough turns of the loop for all that follows from the last call.
async function settle() {
  for (let turn = 0; turn < 12; turn += 1) await sleep(1);
}

(async () => {
  let left = 10;
  class Source extends stream.Readable {
    _read(size) {
      log('s', '_read', size);
      if (left-- > 0) this.push('abc');
    }
  }
  const s = new Source({ highWaterMark: 7 });
  await settle();
  log('s', 'nothing asked', s.readableLength);
  log('s', s.read(0), s.readableLength);
  await settle();
  log('s', s.readableLength, s.read(2), s.readableLength);
  await settle();
  log('s', s.readableLength, s.read(), s.readableLength);
  await settle();
  log('s', s.readableLength, s.readableDidRead);
})();
