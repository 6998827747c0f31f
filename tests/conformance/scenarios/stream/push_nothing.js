const { setTimeout: sleep } = require('node:timers/promises');

(async () => {
  let n = 0;
  class Source extends stream.Readable {
    _read() {
      n += 1;
      log('s', '_read', n);
      if (n === 2) this.push('');
      if (n === 3) this.push('x');
      if (n === 4) this.push(null);
    }
  }
  const s = new Source();
  watch('s', s, 'data', 'end');
  await sleep(20);
  log('s', 'waits', s.push(''));
  await sleep(20);
  log('s', s.readableEnded);
})();
