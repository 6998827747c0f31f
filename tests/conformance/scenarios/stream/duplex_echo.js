const { setTimeout: sleep } = require('node:timers/promises');

// Enough turns of the loop for all that follows from the last call.
async function settle() {
  for (let turn = 0; turn < 12; turn += 1) await sleep(1);
}

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
  await settle();
  s.end('three', done('s', 'callback'));
  await settle();
  state('s', s, 'readable', 'writable', 'readableEnded', 'writableFinished', 'closed');
})();
