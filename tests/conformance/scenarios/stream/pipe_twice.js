const { setTimeout: sleep } = require('node:timers/promises');

// Enough turns of the loop for all that follows from the last call.
async function settle() {
  for (let turn = 0; turn < 12; turn += 1) await sleep(1);
}

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
  await settle();
  source.push('twice');
  await settle();
  source.unpipe(sink);
  source.resume();
  source.push('once');
  await settle();
  source.push(null);
})();
