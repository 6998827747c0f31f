const { setTimeout: sleep } = require('node:timers/promises');

// Enough turns of the loop for all that follows from the last call.
async function settle() {
  for (let turn = 0; turn < 12; turn += 1) await sleep(1);
}

(async () => {
  let n = 0;
  class Source extends stream.Readable {
    _read() {
      n += 1;
      log('s', '_read', n);
      this.push(n > 5 ? null : String(n));
    }
  }
  const s = new Source({ highWaterMark: 2 });
  observe('s', s);
  s.on('data', (chunk) => {
    log('s', 'data', chunk);
    if (String(chunk) === '2') s.pause();
  });
  await settle();
  log('s', 'paused', s.readableLength, s.isPaused());
  s.resume();
  await settle();
  log('s', 'over', s.readableEnded);
})();
