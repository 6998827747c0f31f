const { setTimeout: sleep } = require('node:timers/promises');

// Enough turns of the loop for all that follows from the last call.
async function settle() {
  for (let turn = 0; turn < 12; turn += 1) await sleep(1);
}

(async () => {
  class Both extends stream.Duplex {
    constructor(name, error) {
      super();
      this.name = name;
      this.error = error;
      observe(name, this);
    }
    _construct(callback) {
      later(0.001, () => {
        log(this.name, 'constructed', this.destroyed);
        callback(this.error);
      });
    }
    _read() { log(this.name, '_read'); }
    _write(chunk, encoding, callback) {
      log(this.name, '_write', chunk);
      callback(null);
    }
    _destroy(error, callback) {
      log(this.name, '_destroy', error);
      callback(error);
    }
  }
  const failed = new Both('failed', new Error('no construction'));
  failed.resume();
  failed.write('x', done('failed', 'x'));
  failed.end(done('failed', 'end'));
  await settle();
  state('failed', failed, 'errored', 'destroyed', 'closed', 'readable', 'writable');
  const gone = new Both('gone', null);
  gone.write('x', done('gone', 'x'));
  gone.destroy();
  state('gone', gone, 'destroyed', 'closed');
  await settle();
  state('gone', gone, 'errored', 'destroyed', 'closed');
})();
