const { setTimeout: sleep } = require('node:timers/promises');

(async () => {
  class Source extends stream.Readable {
    _read() {}
  }
  const s = new Source();
  observe('s', s);
  s.push(null);
  await sleep(20);
  log('s', 'nobody reads', s.readableEnded, s.readable);
  log('s', s.read());
  await sleep(20);
  log('s', 'ended', s.readableEnded, s.readable);
  const full = new Source();
  observe('full', full);
  full.push('x');
  full.push(null);
  await sleep(20);
  log('full', 'nobody reads', full.readableEnded, full.readable);
  await sleep(20);
  full.resume();
  await sleep(20);
  log('full', 'ended', full.readableEnded, full.readable);
})();
