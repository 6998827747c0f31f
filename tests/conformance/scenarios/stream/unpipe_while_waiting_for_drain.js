const { setTimeout: sleep } = require('node:timers/promises');

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
  await sleep(20);
  source.push('full');
  await sleep(20);
  log('source', source.isPaused(), sink.writableNeedDrain);
  source.unpipe(sink);
  source.push('kept');
  await sleep(20);
  log('source', source.isPaused(), source.readableFlowing, source.readableLength);
  release();
  await sleep(20);
  log('source', source.isPaused(), source.readableLength);
  const second = new Sink({ highWaterMark: 2 });
  await sleep(20);
  second.write('full');
  log('source', second.writableNeedDrain);
  source.pipe(second);
  log('source', source.readableFlowing);
  await sleep(20);
  log('source', source.readableLength);
  release();
  await sleep(20);
  log('source', source.readableLength);
})();
