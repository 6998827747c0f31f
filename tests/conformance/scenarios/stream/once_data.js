const { setTimeout: sleep } = require('node:timers/promises');

(async () => {
  class Source extends stream.Readable {
    _read() {}
  }
  const s = observe('s', new Source());
  s.once('data', (chunk) => {
    log('s', 'data', chunk, s.listenerCount('data'), s.readableFlowing);
    s.pause();
  });
  s.push('one');
  s.push('two');
  await sleep(20);
  log('s', s.readableLength, s.readableFlowing);
  s.once('data', (chunk) => log('s', 'never', chunk));
  await sleep(20);
  log('s', s.readableLength);
  s.removeAllListeners('data');
  s.once('data', (chunk) => log('s', 'data', chunk));
  s.resume();
  await sleep(20);
  log('s', s.readableLength, s.readableFlowing);
  s.push('lost');
  await sleep(20);
  log('s', s.readableLength, s.readableFlowing);
})();
