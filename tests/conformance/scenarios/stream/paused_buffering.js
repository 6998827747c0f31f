const { setTimeout: sleep } = require('node:timers/promises');

// Enough turns of the loop for all that follows from the last call.
async function settle() {
  for (let turn = 0; turn < 12; turn += 1) await sleep(1);
}

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
  await settle();
  log('s', 'still there', s.readableLength, s.readableEnded);
  log('s', s.read(1), s.read(3), s.read(2), s.readableLength);
  await settle();
  log('s', 'two left', s.readableLength, s.readableEnded);
  log('s', s.read(5), s.readableEnded, s.readable);
  await settle();
  log('s', 'after', s.readableEnded, s.readable, s.read(), s.closed);
})();
