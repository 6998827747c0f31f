const { setTimeout: sleep } = require('node:timers/promises');

// Enough turns of the loop for all that follows from the last call.
async function settle() {
  for (let turn = 0; turn < 12; turn += 1) await sleep(1);
}

(async () => {
  class Source extends stream.Readable {
    _read() {}
    _destroy(error, callback) {
      log(this.name, '_destroy', error, this.destroyed, this.closed);
      callback(error);
    }
  }
  const make = (name) => {
    const s = new Source();
    s.name = name;
    watch(name, s, 'data', 'end', 'error', 'close', 'readable');
    return s;
  };
  const fresh = make('fresh');
  fresh.destroy();
  log('fresh', fresh.destroyed, fresh.closed, fresh.readable);
  const failed = make('failed');
  failed.push('x');
  failed.destroy(new Error('boom'));
  log('failed', failed.destroyed, failed.errored, failed.read(), failed.readableLength);
  const buffered = make('buffered');
  buffered.push('x');
  buffered.push(null);
  await settle();
  buffered.destroy();
  buffered.destroy(new Error('too late'));
  log('buffered', buffered.errored, buffered.readableEnded);
  await settle();
  log('buffered', buffered.read(), buffered.closed);
})();
