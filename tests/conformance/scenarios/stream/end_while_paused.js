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
  watch('s', s, 'data', 'end', 'pause', 'resume', 'close');
  await settle();
  s.push('one');
  await settle();
  s.pause();
  s.push('two');
  s.push(null);
  await settle();
  log('s', 'paused', s.readableLength, s.readableEnded, s.readable);
  s.resume();
  await settle();
  log('s', s.readableEnded, s.readable, s.closed);
})();
