const { setTimeout: sleep } = require('node:timers/promises');

(async () => {
  class Source extends stream.Readable {
    _read() {}
  }
  const s = new Source();
  observe('s', s);
  let returned = false;
  s.on('data', (chunk) => {
    log('s', 'data', chunk);
    if (!returned) {
      returned = true;
      s.pause();
      s.unshift(chunk.subarray(2));
    }
  });
  await sleep(20);
  s.push('abcdef');
  await sleep(20);
  log('s', 'paused', s.readableLength);
  s.push('gh');
  s.resume();
  await sleep(20);
  s.push(null);
})();
