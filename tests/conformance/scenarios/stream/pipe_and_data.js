const { setTimeout: sleep } = require('node:timers/promises');

(async () => {
  class Source extends stream.Readable {
    _read() {}
  }
  class Sink extends stream.Writable {
    _write(chunk, encoding, callback) {
      log('order', 'sink', chunk);
      callback(null);
    }
  }
  const source = observe('source', new Source());
  source.on('data', (chunk) => log('order', 'before', chunk));
  source.pipe(new Sink());
  source.on('data', (chunk) => log('order', 'after', chunk));
  await sleep(20);
  source.push('one');
  await sleep(20);
  source.pause();
  source.push('two');
  await sleep(20);
  log('source', source.readableLength);
  source.resume();
  await sleep(20);
  source.unpipe();
  log('source', source.readableFlowing);
  source.push('three');
  await sleep(20);
  log('source', source.readableLength);
  source.resume();
})();
