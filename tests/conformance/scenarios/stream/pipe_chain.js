const { setTimeout: sleep } = require('node:timers/promises');

// Enough turns of the loop for all that follows from the last call.
async function settle() {
  for (let turn = 0; turn < 12; turn += 1) await sleep(1);
}

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
  await settle();
  source.push('one');
  await settle();
  source.push('two');
  await settle();
  source.push(null);
})();
