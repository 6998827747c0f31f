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
      log('order', 'sink', chunk);
      callback(null);
    }
  }
  const source = observe('source', new Source());
  source.on('data', (chunk) => log('order', 'before', chunk));
  source.pipe(new Sink());
  source.on('data', (chunk) => log('order', 'after', chunk));
  await settle();
  source.push('one');
  await settle();
  source.pause();
  source.push('two');
  await settle();
  log('source', source.readableLength);
  source.resume();
  await settle();
  source.unpipe();
  log('source', source.readableFlowing);
  source.push('three');
  await settle();
  log('source', source.readableLength);
  source.resume();
})();
