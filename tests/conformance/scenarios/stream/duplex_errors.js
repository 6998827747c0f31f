const { setTimeout: sleep } = require('node:timers/promises');

// Enough turns of the loop for all that follows from the last call.
async function settle() {
  for (let turn = 0; turn < 12; turn += 1) await sleep(1);
}

(async () => {
  class Both extends stream.Duplex {
    _read() {}
    _write(chunk, encoding, callback) { later(0.001, () => callback(new Error('write failed'))); }
  }
  const say = (name, s) => state(
    name, s, 'readable', 'writable', 'errored', 'destroyed', 'closed', 'readableAborted',
  );
  const write = observe('write', new Both());
  write.push('unread');
  write.write('x', done('write', 'x'));
  write.on('error', () => say('write', write));
  write.on('close', () => {
    say('write', write);
    log('write', write.read());
  });
  const destroy = observe('destroy', new Both());
  destroy.resume();
  destroy.destroy(new Error('boom'));
  say('destroy', destroy);
  await settle();
  say('destroy', destroy);
  const half = observe('half', new Both());
  half.end();
  await settle();
  half.destroy(new Error('after finish'));
  log('half', half.writableFinished);
  const full = observe('full', new Both());
  full.end();
  full.resume();
  full.push(null);
  await settle();
  full.destroy(new Error('after close'));
  log('full', full.errored);
})();
