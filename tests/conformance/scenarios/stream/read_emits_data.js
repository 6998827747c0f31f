const { setTimeout: sleep } = require('node:timers/promises');

(async () => {
  class Source extends stream.Readable {
    _read() {}
  }
  const s = new Source();
  s.pause();
  s.on('data', (chunk) => log('s', 'data', chunk, s.readableLength));
  s.push('abcdef');
  await sleep(20);
  log('s', 'before');
  log('s', 'returned', s.read(2));
  log('s', 'returned', s.read(9));
  log('s', 'returned', s.read());
  log('s', 'returned', s.read());
})();
