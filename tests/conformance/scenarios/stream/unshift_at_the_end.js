const { setTimeout: sleep } = require('node:timers/promises');

// Enough turns of the loop for all that follows from the last call.
async function settle() {
  for (let turn = 0; turn < 12; turn += 1) await sleep(1);
}

(async () => {
  class Source extends stream.Readable {
    _read() {}
  }
  const s = observe('s', new Source());
  s.push('x');
  s.push(null);
  log('s', s.unshift('w'), s.readableLength);
  log('s', s.read());
  await settle();
  log('s', s.readableEnded);
  const late = observe('late', new Source({ autoDestroy: false }));
  late.push(null);
  late.resume();
  await settle();
  log('late', late.readableEnded, late.unshift('x'), late.readableLength);
  const nil = observe('nil', new Source());
  nil.push('x');
  log('nil', nil.unshift(null), nil.readableLength);
  nil.resume();
})();
