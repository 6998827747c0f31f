const { setTimeout: sleep } = require('node:timers/promises');

// Enough turns of the loop for all that follows from the last call.
async function settle() {
  for (let turn = 0; turn < 12; turn += 1) await sleep(1);
}

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
  await settle();
  log('s', s.readableFlowing, s.isPaused(), s.push('ab'));
  await settle();
  log('s', s.push('cdefg'));
  await settle();
  log('s', s.push('h'));
  await settle();
  log('s', s.push(null));
  await settle();
  log('s', s.readableLength, s.readableEnded, s.closed);
})();
