const { setTimeout: sleep } = require('node:timers/promises');

// Enough turns of the loop for all that follows from the last call.
async function settle() {
  for (let turn = 0; turn < 12; turn += 1) await sleep(1);
}

(async () => {
  let n = 0;
  class Source extends stream.Readable {
    _read() {
      n += 1;
      log('s', '_read', n);
      if (n === 2) this.push('');
      if (n === 3) this.push('x');
      if (n === 4) this.push(null);
    }
  }
  const s = new Source();
  watch('s', s, 'data', 'end');
  await settle();
  log('s', 'waits', s.push(''));
  await settle();
  log('s', s.readableEnded);
})();
