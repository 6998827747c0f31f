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
  observe('s', s);
  const onreadable = () => {
    log('s', 'readable', s.readableLength);
    s.read(2);
  };
  s.on('data', (chunk) => log('s', 'data', chunk));
  s.on('readable', onreadable);
  await settle();
  log('s', 'pushed', s.push('abcd'), s.readableFlowing);
  await settle();
  log('s', 'left', s.readableLength);
  s.resume();
  log('s', 'resumed', s.readableFlowing);
  await settle();
  log('s', 'still', s.readableLength);
  s.off('readable', onreadable);
  await settle();
  log('s', 'flowing', s.readableFlowing, s.readableLength);
  await settle();
  s.push('ef');
  await settle();
  s.push(null);
})();
