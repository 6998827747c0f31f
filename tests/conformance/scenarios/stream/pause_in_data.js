const { setTimeout: sleep } = require('node:timers/promises');

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
  await sleep(20);
  log('s', 'paused', s.readableLength, s.isPaused());
  s.resume();
  await sleep(20);
  log('s', 'over', s.readableEnded);
})();
