const { setTimeout: sleep } = require('node:timers/promises');

(async () => {
  class Source extends stream.Readable {
    _read() {}
  }
  const s = new Source({ highWaterMark: 6 });
  s.on('end', () => log('s', 'end'));
  s.on('readable', () => log('s', 'readable', s.readableLength));
  await sleep(20);
  s.push('ab');
  await sleep(20);
  s.push('cd');
  await sleep(20);
  s.push('efgh');
  await sleep(20);
  log('s', 'read', s.read(1));
  await sleep(20);
  s.push('i');
  await sleep(20);
  s.push(null);
  await sleep(20);
  log('s', 'all', s.read());
  await sleep(20);
  log('s', 'more', s.read(), s.readableEnded);
  await sleep(20);
  log('s', 'ended', s.readableEnded);
})();
