const { setTimeout: sleep } = require('node:timers/promises');

// Enough turns of the loop for all that follows from the last call.
async function settle() {
  for (let turn = 0; turn < 12; turn += 1) await sleep(1);
}

(async () => {
  class Source extends stream.Readable {
    _read() {}
  }
  const s = new Source();
  s.once('readable', () => {
    log('s', 'readable', s.read(), s.readableFlowing);
  });
  await settle();
  s.push('ab');
  await settle();
  log('s', 'listeners gone', s.readableFlowing);
  await settle();
  s.push('cd');
  await settle();
  log('s', 'kept', s.readableLength);
  await settle();
  s.on('data', (chunk) => log('s', 'data', chunk));
  await settle();
  log('s', s.readableFlowing, s.readableLength);
})();
