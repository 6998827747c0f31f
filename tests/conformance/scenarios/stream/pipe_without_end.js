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
  const sink = watch('sink', new Sink(), 'finish', 'close');
  sink.on('unpipe', () => log('sink', 'unpipe'));
  const first = observe('first', new Source());
  first.pipe(sink, { end: false });
  first.push('first');
  first.push(null);
  await settle();
  log('sink', sink.writableEnded);
  const second = observe('second', new Source());
  second.pipe(sink);
  second.push('second');
  second.push(null);
  await settle();
  log('sink', sink.writableEnded);
})();
