const { setTimeout: sleep } = require('node:timers/promises');

// Enough turns of the loop for all that follows from the last call.
async function settle() {
  for (let turn = 0; turn < 12; turn += 1) await sleep(1);
}

(async () => {
  class Sink extends stream.Writable {
    _write(chunk, encoding, callback) {
      log(this.name, '_write', chunk);
      const error = String(chunk) === 'bad' ? new Error('bad chunk') : null;
      if (this.name === 'slow') later(0.001, () => callback(error));
      else callback(error);
    }
  }
  for (const name of ['quick', 'slow']) {
    const s = observe(name, Object.assign(new Sink(), { name }));
    s.write('good', done(name, 'good'));
    log(name, s.write('bad', done(name, 'bad')));
    log(name, s.write('after', done(name, 'after')), s.errored, s.writable);
    s.end('last', done(name, 'end'));
    await settle();
    state(name, s, 'errored', 'destroyed', 'closed', 'writable', 'writableFinished', 'writableLength');
  }
})();
