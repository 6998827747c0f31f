const { setTimeout: sleep } = require('node:timers/promises');

// Enough turns of the loop for all that follows from the last call.
async function settle() {
  for (let turn = 0; turn < 12; turn += 1) await sleep(1);
}

(async () => {
  class Sink extends stream.Writable {
    constructor(name, final) {
      super();
      this.final = final;
      watch(name, this, 'prefinish', 'finish', 'error', 'close');
    }
    _write(chunk, encoding, callback) { later(0.001, () => callback(null)); }
    _final(callback) { this.final(callback); }
  }
  const quick = new Sink('quick', (callback) => {
    log('quick', '_final', quick.writableLength, quick.writableEnded);
    callback(null);
  });
  quick.write('x', done('quick', 'x'));
  quick.end(done('quick', 'end'));
  const slow = new Sink('slow', (callback) => {
    log('slow', '_final');
    later(0.001, () => {
      log('slow', 'done', slow.writableFinished);
      callback(null);
    });
  });
  slow.end('x', done('slow', 'end'));
  const failing = new Sink('failing', (callback) => callback(new Error('final failed')));
  failing.write('x', done('failing', 'x'));
  failing.end(done('failing', 'end'));
  const late = new Sink('late', (callback) => {
    later(0.001, () => callback(new Error('final failed')));
  });
  late.end(done('late', 'end'));
  await settle();
  state('late', late, 'errored', 'writableFinished', 'destroyed');
  late.end(done('late', 'again'));
  const gone = new Sink('gone', () => {
    log('gone', '_final');
    later(0.001, () => gone.destroy());
  });
  gone.end(done('gone', 'end'));
})();
