const { setTimeout: sleep } = require('node:timers/promises');

(async () => {
  class Source extends stream.Readable {
    _read() {}
  }
  class Sink extends stream.Writable {
    _write(chunk, encoding, callback) {
      log('sink', '_write', chunk, encoding);
      callback(null);
    }
  }
  const source = new Source();
  source.setEncoding('utf8');
  source.pipe(watch('sink', new Sink(), 'finish'));
  await sleep(20);
  source.push(Buffer.from('c3', 'hex'));
  await sleep(20);
  source.push(Buffer.from('a961', 'hex'));
  await sleep(20);
  source.push(Buffer.from('c3', 'hex'));
  await sleep(20);
  source.push(null);
})();
