const { setTimeout: sleep } = require('node:timers/promises');

// Enough turns of the loop for all that follows from the last call.
async function settle() {
  for (let turn = 0; turn < 12; turn += 1) await sleep(1);
}

(async () => {
  const make = (name, _destroy) => {
    class Source extends stream.Duplex {
      _read() {}
      _write(chunk, encoding, callback) { callback(null); }
      _destroy(error, callback) { _destroy(error, callback); }
    }
    return observe(name, new Source());
  };
  const slow = make('slow', (error, callback) => {
    log('slow', '_destroy', error);
    later(0.001, () => {
      log('slow', slow.destroyed, slow.closed, slow.errored);
      callback(error);
      log('slow', slow.closed);
    });
  });
  slow.destroy(new Error('boom'));
  log('slow', 'called', slow.errored);
  const failing = make('failing', (error, callback) => callback(new Error('from _destroy')));
  failing.destroy();
  log('failing', failing.errored);
  const other = make('other', (error, callback) => callback(new Error('another')));
  other.destroy(new Error('first'));
  log('other', other.errored);
  await settle();
  log('other', other.errored);
  const hushed = make('hushed', (error, callback) => callback(null));
  hushed.destroy(new Error('hushed'));
  await settle();
  log('hushed', hushed.errored, hushed.closed);
  const twice = make('twice', (error, callback) => {
    callback(null);
    callback(new Error('second'));
  });
  twice.destroy();
  await settle();
  log('twice', twice.errored);
})();
