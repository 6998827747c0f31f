const { setTimeout: sleep } = require('node:timers/promises');

(async () => {
  class Source extends stream.Readable {
    _read() {}
  }
  const s = new Source();
  s.once('readable', () => {
    log('s', 'readable', s.read(), s.readableFlowing);
  });
  await sleep(20);
  s.push('ab');
  await sleep(20);
  log('s', 'listeners gone', s.readableFlowing);
  await sleep(20);
  s.push('cd');
  await sleep(20);
  log('s', 'kept', s.readableLength);
  await sleep(20);
  s.on('data', (chunk) => log('s', 'data', chunk));
  await sleep(20);
  log('s', s.readableFlowing, s.readableLength);
})();
