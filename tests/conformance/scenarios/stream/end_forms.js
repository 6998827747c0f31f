const { setTimeout: sleep } = require('node:timers/promises');

// Enough turns of the loop for all that follows from the last call.
async function settle() {
  for (let turn = 0; turn < 12; turn += 1) await sleep(1);
}

(async () => {
  class Sink extends stream.Writable {
    _write(chunk, encoding, callback) {
      log(this.name, '_write', chunk);
      callback(null);
    }
  }
  const make = (name) => observe(name, Object.assign(new Sink(), { name }));
  make('bare').end();
  make('data').end('x');
  make('callback').end(done('callback', 'end'));
  make('data and callback').end('x', done('data and callback', 'end'));
  make('all').end('ff', 'hex', done('all', 'end'));
  make('empty').end('', done('empty', 'end'));
  make('null').end(null, done('null', 'end'));
  const several = make('several');
  several.end(done('several', 'first'));
  several.end(done('several', 'second'));
  await settle();
  several.end(done('several', 'third'));
  const states = make('states');
  const say = () => state(
    'states', states, 'writable', 'writableEnded', 'writableFinished', 'writableLength', 'closed',
  );
  states.end('x', () => say());
  say();
  states.on('finish', say);
  states.on('close', say);
})();
