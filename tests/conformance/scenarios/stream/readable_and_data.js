const { setTimeout: sleep } = require('node:timers/promises');

(async () => {
  class Source extends stream.Readable {
    _read() {}
  }
  const s = new Source();
  observe('s', s);
  const onreadable = () => {
    log('s', 'readable', s.readableLength);
    s.read(2);
  };
  s.on('data', (chunk) => log('s', 'data', chunk));
  s.on('readable', onreadable);
  await sleep(20);
  log('s', 'pushed', s.push('abcd'), s.readableFlowing);
  await sleep(20);
  log('s', 'left', s.readableLength);
  s.resume();
  log('s', 'resumed', s.readableFlowing);
  await sleep(20);
  log('s', 'still', s.readableLength);
  s.off('readable', onreadable);
  await sleep(20);
  log('s', 'flowing', s.readableFlowing, s.readableLength);
  await sleep(20);
  s.push('ef');
  await sleep(20);
  s.push(null);
})();
