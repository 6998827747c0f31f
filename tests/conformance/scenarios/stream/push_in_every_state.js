const { setTimeout: sleep } = require('node:timers/promises');

(async () => {
  class Source extends stream.Readable {
    _read() {}
  }
  for (const [name, autoDestroy] of [['ended', true], ['kept', false]]) {
    const s = observe(name, new Source({ autoDestroy }));
    s.resume();
    await sleep(20);
    log(name, s.push('x'), s.push(null), s.push(null));
    await sleep(20);
    log(name, 'after the end', s.push('y'), s.push(null), s.readableEnded);
    await sleep(20);
    log(name, 'at last', s.errored, s.destroyed);
  }
  const eof = observe('eof', new Source());
  eof.push('x');
  eof.push(null);
  log('eof', 'after the eof', eof.push('y'), eof.errored, eof.destroyed);
  await sleep(20);
  log('eof', 'at last', eof.read(), eof.readableLength);
  const gone = observe('gone', new Source());
  gone.push('x');
  gone.destroy();
  log('gone', gone.push('y'), gone.push(null), gone.unshift('z'), gone.readableLength);
  await sleep(20);
  log('gone', gone.push('y'), gone.push(null), gone.read());
})();
