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
  const f = (chunk) => log('s', 'data', chunk);
  s.on('data', f);
  await settle();
  s.push('heard');
  await settle();
  s.off('data', f);
  log('s', s.readableFlowing);
  s.push('lost');
  await settle();
  log('s', s.readableFlowing, s.readableLength);
  s.on('data', f);
  s.push('heard again');
  await settle();
  s.removeAllListeners('data');
  log('s', s.readableFlowing);
  s.pause();
  s.push('kept');
  s.on('data', f);
  await settle();
  s.resume();
})();
