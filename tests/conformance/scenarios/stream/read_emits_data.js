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
  s.pause();
  s.on('data', (chunk) => log('s', 'data', chunk, s.readableLength));
  s.push('abcdef');
  await settle();
  log('s', 'before');
  log('s', 'returned', s.read(2));
  log('s', 'returned', s.read(9));
  log('s', 'returned', s.read());
  log('s', 'returned', s.read());
})();
