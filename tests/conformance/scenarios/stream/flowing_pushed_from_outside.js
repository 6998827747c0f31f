const { setTimeout: sleep } = require('node:timers/promises');

(async () => {
  class Source extends stream.Readable {
    _read() { log('read', 'called'); }
  }
  const s = new Source({ highWaterMark: 4 });
  observe('s', s);
  s.on('data', (chunk) => log('s', 'data', chunk));
  await sleep(20);
  log('s', 'before');
  log('s', s.push('one'), s.readableLength);
  log('s', s.push('two and more'), s.readableLength);
  log('s', s.push(''), s.readableLength);
  log('s', 'between');
  await sleep(20);
  log('s', s.push(null));
  log('s', 'ended', s.readableEnded);
  await sleep(20);
  log('s', 'closed', s.closed);
})();
