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
  let returned = false;
  s.on('data', (chunk) => {
    log('s', 'data', chunk);
    if (!returned) {
      returned = true;
      s.pause();
      s.unshift(chunk.subarray(2));
    }
  });
  await settle();
  s.push('abcdef');
  await settle();
  log('s', 'paused', s.readableLength);
  s.push('gh');
  s.resume();
  await settle();
  s.push(null);
})();
