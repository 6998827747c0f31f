const { setTimeout: sleep } = require('node:timers/promises');

// Enough turns of the loop for all that follows from the last call.
async function settle() {
  for (let turn = 0; turn < 12; turn += 1) await sleep(1);
}

(async () => {
  class Source extends stream.Readable {
    _read() { log('read', 'called'); }
  }
  const s = new Source({ highWaterMark: 4 });
  observe('s', s);
  s.on('data', (chunk) => log('s', 'data', chunk));
  await settle();
  log('s', 'before');
  log('s', s.push('one'), s.readableLength);
  log('s', s.push('two and more'), s.readableLength);
  log('s', s.push(''), s.readableLength);
  log('s', 'between');
  await settle();
  log('s', s.push(null));
  log('s', 'ended', s.readableEnded);
  await settle();
  log('s', 'closed', s.closed);
})();
