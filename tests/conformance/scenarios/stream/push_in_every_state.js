const { setTimeout: sleep } = require('node:timers/promises');

// Enough turns of the loop for all that follows from the last call.
async function settle() {
  for (let turn = 0; turn < 12; turn += 1) await sleep(1);
}

(async () => {
  class Source extends stream.Readable {
    _read() {}
  }
  for (const [name, autoDestroy] of [['ended', true], ['kept', false]]) {
    const s = observe(name, new Source({ autoDestroy }));
    s.resume();
    await settle();
    log(name, s.push('x'), s.push(null), s.push(null));
    await settle();
    log(name, 'after the end', s.push('y'), s.push(null), s.readableEnded);
    await settle();
    log(name, 'at last', s.errored, s.destroyed);
  }
  const eof = observe('eof', new Source());
  eof.push('x');
  eof.push(null);
  log('eof', 'after the eof', eof.push('y'), eof.errored, eof.destroyed);
  await settle();
  log('eof', 'at last', eof.read(), eof.readableLength);
  const gone = observe('gone', new Source());
  gone.push('x');
  gone.destroy();
  log('gone', gone.push('y'), gone.push(null), gone.unshift('z'), gone.readableLength);
  await settle();
  log('gone', gone.push('y'), gone.push(null), gone.read());
})();
