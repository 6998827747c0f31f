const { setTimeout: sleep } = require('node:timers/promises');

// Enough turns of the loop for all that follows from the last call.
async function settle() {
  for (let turn = 0; turn < 12; turn += 1) await sleep(1);
}

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
  await settle();
  log('s', s.readableLength, s.readableFlowing);
  s.once('data', (chunk) => log('s', 'never', chunk));
  await settle();
  log('s', s.readableLength);
  s.removeAllListeners('data');
  s.once('data', (chunk) => log('s', 'data', chunk));
  s.resume();
  await settle();
  log('s', s.readableLength, s.readableFlowing);
  s.push('lost');
  await settle();
  log('s', s.readableLength, s.readableFlowing);
})();
