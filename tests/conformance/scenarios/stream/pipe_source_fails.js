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
  const source = observe('source', new Source());
  const sink = watch('sink', new Sink(), 'error', 'finish', 'close');
  sink.on('unpipe', () => log('sink', 'unpipe'));
  source.pipe(sink);
  await sleep(20);
  source.push('x');
  await sleep(20);
  source.destroy(new Error('boom'));
  await sleep(20);
  state('sink', sink, 'writable', 'writableEnded', 'destroyed');
})();
