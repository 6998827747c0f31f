const { setTimeout: sleep } = require('node:timers/promises');

(async () => {
  class Source extends stream.Readable {
    _read() {}
  }
  class Sink extends stream.Writable {
    _write(chunk, encoding, callback) {
      log('sink', '_write', chunk);
      callback(null);
    }
  }
  const source = new Source();
  const sink = watch('sink', new Sink(), 'finish', 'close');
  source.pipe(sink);
  source.pipe(sink);
  await sleep(20);
  source.push('twice');
  await sleep(20);
  source.unpipe(sink);
  source.resume();
  source.push('once');
  await sleep(20);
  source.push(null);
})();
