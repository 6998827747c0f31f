const { setTimeout: sleep } = require('node:timers/promises');

// Enough turns of the loop for all that follows from the last call.
async function settle() {
  for (let turn = 0; turn < 12; turn += 1) await sleep(1);
}

(async () => {
  let release;
  class Source extends stream.Readable {
    _read() {}
  }
  class Sink extends stream.Writable {
    _write(chunk, encoding, callback) {
      log('sink', '_write', chunk);
      release = () => callback(null);
    }
  }
  const source = observe('source', new Source());
  const sink = watch('sink', new Sink({ highWaterMark: 2 }), 'drain', 'finish');
  source.pipe(sink);
  await settle();
  source.push('full');
  await settle();
  log('source', source.isPaused(), sink.writableNeedDrain);
  source.unpipe(sink);
  source.push('kept');
  await settle();
  log('source', source.isPaused(), source.readableFlowing, source.readableLength);
  release();
  await settle();
  log('source', source.isPaused(), source.readableLength);
  const second = new Sink({ highWaterMark: 2 });
  await settle();
  second.write('full');
  log('source', second.writableNeedDrain);
  source.pipe(second);
  log('source', source.readableFlowing);
  await settle();
  log('source', source.readableLength);
  release();
  await settle();
  log('source', source.readableLength);
})();
