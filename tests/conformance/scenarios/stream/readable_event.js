const { setTimeout: sleep } = require('node:timers/promises');

(async () => {
  class Source extends stream.Readable {
    _read(size) { log('s', '_read', size); }
  }
  const s = new Source({ highWaterMark: 6 });
  observe('s', s);
  s.on('readable', () => {
    log('s', 'readable', s.readableLength);
    let chunk;
    while ((chunk = s.read(3)) !== null) log('s', 'got', chunk);
  });
  await sleep(20);
  log('s', s.readableFlowing, s.isPaused(), s.push('ab'));
  await sleep(20);
  log('s', s.push('cdefg'));
  await sleep(20);
  log('s', s.push('h'));
  await sleep(20);
  log('s', s.push(null));
  await sleep(20);
  log('s', s.readableLength, s.readableEnded, s.closed);
})();
