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
      this.on('unpipe', () => log(name, 'unpipe'));
      watch(name, this, 'error', 'finish', 'close');
    }
    _write(chunk, encoding, callback) {
      log(this.name, '_write', chunk);
      callback(String(chunk) === 'bad' ? new Error('bad chunk') : null);
    }
  }
  const life = async (name, call) => {
    const source = observe(`${name} source`, new Source());
    const sink = new Sink(name);
    source.pipe(sink);
    source.push('good');
    await settle();
    call(source, sink);
    await settle();
    state(`${name} source`, source, 'destroyed', 'readableFlowing', 'readableLength');
  };
  await life('write', (source) => source.push('bad'));
  await life('destroy', (source, sink) => sink.destroy());
  await life('error', (source, sink) => sink.destroy(new Error('boom')));
  await life('end', (source, sink) => sink.end());
})();
