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
  s.push(null);
  await settle();
  log('s', 'nobody reads', s.readableEnded, s.readable);
  log('s', s.read());
  await settle();
  log('s', 'ended', s.readableEnded, s.readable);
  const full = new Source();
  observe('full', full);
  full.push('x');
  full.push(null);
  await settle();
  log('full', 'nobody reads', full.readableEnded, full.readable);
  await settle();
  full.resume();
  await settle();
  log('full', 'ended', full.readableEnded, full.readable);
})();
