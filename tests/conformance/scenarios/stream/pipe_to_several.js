const { setTimeout: sleep } = require('node:timers/promises');

// Enough turns of the loop for all that follows from the last call.
async function settle() {
  for (let turn = 0; turn < 12; turn += 1) await sleep(1);
}

(async () => {
  const releases = {};
  class Source extends stream.Readable {
    _read() {}
  }
  class Sink extends stream.Writable {
    constructor(name) {
      super({ highWaterMark: 4 });
      this.name = name;
      watch(name, this, 'drain', 'finish', 'close');
    }
    _write(chunk, encoding, callback) {
      log(this.name, '_write', chunk);
      if (this.name === 'quick') callback(null);
      else releases[this.name] = () => callback(null);
    }
  }
  const source = observe('source', new Source());
  for (const name of ['quick', 'slow', 'slower']) source.pipe(new Sink(name));
  await settle();
  source.push('first');
  await settle();
  log('source', source.isPaused(), source.readableFlowing);
  source.push('second');
  await settle();
  releases.slow();
  await settle();
  log('source', source.isPaused(), source.readableLength);
  await settle();
  releases.slower();
  await settle();
  log('source', source.isPaused(), source.readableLength);
  source.push(null);
  await settle();
  releases.slow();
  await settle();
  releases.slower();
  await settle();
  log('source', source.readableEnded);
})();
