const { setTimeout: sleep } = require('node:timers/promises');

(async () => {
  class Source extends stream.Readable {
    _read() {}
  }
  class Upper extends stream.Duplex {
    _read() {}
    _write(chunk, encoding, callback) {
      this.push(String(chunk).toUpperCase());
      callback(null);
    }
    _final(callback) {
      this.push(null);
      callback(null);
    }
  }
  class Sink extends stream.Writable {
    _write(chunk, encoding, callback) {
      log('sink', '_write', chunk);
      callback(null);
    }
  }
  const source = new Source();
  const sink = watch('sink', new Sink(), 'finish', 'close');
  const upper = watch('upper', new Upper(), 'end', 'close');
  source.pipe(upper).pipe(sink);
  await sleep(20);
  source.push('one');
  await sleep(20);
  source.push('two');
  await sleep(20);
  source.push(null);
})();
