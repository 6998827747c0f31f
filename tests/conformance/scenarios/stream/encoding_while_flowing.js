const { setTimeout: sleep } = require('node:timers/promises');

(async () => {
  class Source extends stream.Readable {
    _read() {}
  }
  const s = new Source();
  watch('s', s, 'data', 'end');
  await sleep(20);
  s.push(Buffer.from('61c3', 'hex'));
  await sleep(20);
  s.setEncoding('utf8');
  s.push(Buffer.from('a9c3', 'hex'));
  await sleep(20);
  s.push(Buffer.from('a9', 'hex'));
  await sleep(20);
  s.setEncoding('hex');
  s.push(Buffer.from('ff', 'hex'));
  await sleep(20);
  s.push(null);
})();
