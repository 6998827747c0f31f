const { setTimeout: sleep } = require('node:timers/promises');

(async () => {
  class Source extends stream.Readable {
    _read() {}
  }
  const s = observe('s', new Source());
  s.push('x');
  s.push(null);
  log('s', s.unshift('w'), s.readableLength);
  log('s', s.read());
  await sleep(20);
  log('s', s.readableEnded);
  const late = observe('late', new Source({ autoDestroy: false }));
  late.push(null);
  late.resume();
  await sleep(20);
  log('late', late.readableEnded, late.unshift('x'), late.readableLength);
  const nil = observe('nil', new Source());
  nil.push('x');
  log('nil', nil.unshift(null), nil.readableLength);
  nil.resume();
})();
