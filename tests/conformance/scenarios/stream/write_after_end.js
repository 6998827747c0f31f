const { setTimeout: sleep } = require('node:timers/promises');

// Enough turns of the loop for all that follows from the last call.
async function settle() {
  for (let turn = 0; turn < 12; turn += 1) await sleep(1);
}

(async () => {
  class Sink extends stream.Writable {
    _write(chunk, encoding, callback) { callback(null); }
  }
  const s = observe('s', new Sink());
  s.end();
  log('s', s.write('x', done('s', 'callback')), s.destroyed, s.errored);
  const late = observe('late', new Sink());
  late.end();
  await settle();
  log('late', late.write('x', done('late', 'callback')), late.errored);
  const kept = observe('kept', new Sink({ autoDestroy: false }));
  kept.end();
  await settle();
  log('kept', kept.write('x', done('kept', 'callback')), kept.destroyed);
  await settle();
  log('kept', kept.errored);
  const data = observe('data', new Sink());
  data.end();
  data.end('x', done('data', 'callback'));
  let release;
  class Slow extends stream.Writable {
    _write(chunk, encoding, callback) { release = () => callback(null); }
  }
  const slow = observe('slow', new Slow());
  slow.write('x', done('slow', 'first'));
  slow.end(done('slow', 'end'));
  log('slow', slow.write('y', done('slow', 'second')));
  await settle();
  release();
})();
