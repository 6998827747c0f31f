const { setTimeout: sleep } = require('node:timers/promises');

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
  await sleep(20);
  buffered.destroy();
  buffered.destroy(new Error('too late'));
  log('buffered', buffered.errored, buffered.readableEnded);
  await sleep(20);
  log('buffered', buffered.read(), buffered.closed);
})();
