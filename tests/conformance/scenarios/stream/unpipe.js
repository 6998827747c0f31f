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
    constructor(name) {
      super();
      this.name = name;
      watch(name, this, 'finish', 'close');
      this.on('pipe', () => log(name, 'pipe'));
      this.on('unpipe', () => log(name, 'unpipe'));
    }
    _write(chunk, encoding, callback) {
      log(this.name, '_write', chunk);
      callback(null);
    }
  }
  const source = observe('source', new Source());
  const [a, b, stranger] = [new Sink('a'), new Sink('b'), new Sink('stranger')];
  source.unpipe();
  source.unpipe(a);
  source.pipe(a);
  source.pipe(b);
  await settle();
  source.push('both');
  await settle();
  source.unpipe(stranger);
  source.unpipe(a);
  log('source', 'a left', source.readableFlowing);
  source.push('b alone');
  await settle();
  source.unpipe(b);
  log('source', 'b left', source.readableFlowing, source.isPaused());
  source.push('nobody');
  await settle();
  log('source', source.readableLength);
  source.pipe(a);
  source.pipe(b);
  await settle();
  source.unpipe();
  log('source', 'all left', source.readableFlowing, source.listenerCount('data'));
  source.push('nobody');
  source.push(null);
  await settle();
  log('source', source.readableLength, a.writableEnded);
  source.pipe(b);
  await settle();
  log('source', source.readableEnded, a.writableEnded, b.writableEnded);
})();
