const { setTimeout: sleep } = require('node:timers/promises');

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
    await sleep(20);
    state(name, s, 'errored', 'destroyed', 'closed', 'writable', 'writableFinished', 'writableLength');
  }
})();
