const { setTimeout: sleep } = require('node:timers/promises');

(async () => {
  class Source extends stream.Readable {
    _read() {}
  }
  const s = new Source();
  const f = (chunk) => log('s', 'data', chunk);
  s.on('data', f);
  await sleep(20);
  s.push('heard');
  await sleep(20);
  s.off('data', f);
  log('s', s.readableFlowing);
  s.push('lost');
  await sleep(20);
  log('s', s.readableFlowing, s.readableLength);
  s.on('data', f);
  s.push('heard again');
  await sleep(20);
  s.removeAllListeners('data');
  log('s', s.readableFlowing);
  s.pause();
  s.push('kept');
  s.on('data', f);
  await sleep(20);
  s.resume();
})();
