const { setTimeout: sleep } = require('node:timers/promises');

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
  await sleep(20);
  source.push('first');
  await sleep(20);
  log('source', source.isPaused(), source.readableFlowing);
  source.push('second');
  await sleep(20);
  releases.slow();
  await sleep(20);
  log('source', source.isPaused(), source.readableLength);
  await sleep(20);
  releases.slower();
  await sleep(20);
  log('source', source.isPaused(), source.readableLength);
  source.push(null);
  await sleep(20);
  releases.slow();
  await sleep(20);
  releases.slower();
  await sleep(20);
  log('source', source.readableEnded);
})();
