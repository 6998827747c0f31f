const { setTimeout: sleep } = require('node:timers/promises');

(async () => {
  class Source extends stream.Readable {
    _read() {}
  }
  const s = new Source();
  watch('s', s, 'data', 'end', 'pause', 'resume', 'close');
  await sleep(20);
  s.push('one');
  await sleep(20);
  s.pause();
  s.push('two');
  s.push(null);
  await sleep(20);
  log('s', 'paused', s.readableLength, s.readableEnded, s.readable);
  s.resume();
  await sleep(20);
  log('s', s.readableEnded, s.readable, s.closed);
})();
