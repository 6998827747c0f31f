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
  watch('s', s, 'data', 'end');
  await settle();
  s.push(Buffer.from('61c3', 'hex'));
  await settle();
  s.setEncoding('utf8');
  s.push(Buffer.from('a9c3', 'hex'));
  await settle();
  s.push(Buffer.from('a9', 'hex'));
  await settle();
  s.setEncoding('hex');
  s.push(Buffer.from('ff', 'hex'));
  await settle();
  s.push(null);
})();
