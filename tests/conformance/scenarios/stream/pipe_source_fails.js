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
  const source = observe('source', new Source());
  const sink = watch('sink', new Sink(), 'error', 'finish', 'close');
  sink.on('unpipe', () => log('sink', 'unpipe'));
  source.pipe(sink);
  await settle();
  source.push('x');
  await settle();
  source.destroy(new Error('boom'));
  await settle();
  state('sink', sink, 'writable', 'writableEnded', 'destroyed');
})();
