const { setTimeout: sleep } = require('node:timers/promises');

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
  await sleep(20);
  source.push('both');
  await sleep(20);
  source.unpipe(stranger);
  source.unpipe(a);
  log('source', 'a left', source.readableFlowing);
  source.push('b alone');
  await sleep(20);
  source.unpipe(b);
  log('source', 'b left', source.readableFlowing, source.isPaused());
  source.push('nobody');
  await sleep(20);
  log('source', source.readableLength);
  source.pipe(a);
  source.pipe(b);
  await sleep(20);
  source.unpipe();
  log('source', 'all left', source.readableFlowing, source.listenerCount('data'));
  source.push('nobody');
  source.push(null);
  await sleep(20);
  log('source', source.readableLength, a.writableEnded);
  source.pipe(b);
  await sleep(20);
  log('source', source.readableEnded, a.writableEnded, b.writableEnded);
})();
