const { setTimeout: sleep } = require('node:timers/promises');

(async () => {
  class Echo extends stream.Duplex {
    _read() {}
    _write(chunk, encoding, callback) {
      this.push(chunk);
      callback(null);
    }
    _final(callback) {
      this.push(null);
      callback(null);
    }
  }
  const s = new Echo();
  watch('data', s, 'data');
  watch('s', s, 'end', 'finish', 'error', 'close');
  s.write('one', done('s', 'one'));
  s.write('two', done('s', 'two'));
  await sleep(20);
  s.end('three', done('s', 'callback'));
  await sleep(20);
  state('s', s, 'readable', 'writable', 'readableEnded', 'writableFinished', 'closed');
})();
