const { setTimeout: sleep } = require('node:timers/promises');

// Enough turns of the loop for all that follows from the last call.
async function settle() {
  for (let turn = 0; turn < 12; turn += 1) await sleep(1);
}

(async () => {
  class Source extends stream.Readable {
    _read() {}
  }
  const s = new Source({ highWaterMark: 6 });
  s.on('end', () => log('s', 'end'));
  s.on('readable', () => log('s', 'readable', s.readableLength));
  await settle();
  s.push('ab');
  await settle();
  s.push('cd');
  await settle();
  s.push('efgh');
  await settle();
  log('s', 'read', s.read(1));
  await settle();
  s.push('i');
  await settle();
  s.push(null);
  await settle();
  log('s', 'all', s.read());
  await settle();
  log('s', 'more', s.read(), s.readableEnded);
  await settle();
  log('s', 'ended', s.readableEnded);
})();
