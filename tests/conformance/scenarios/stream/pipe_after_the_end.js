const { setTimeout: sleep } = require('node:timers/promises');

// Enough turns of the loop for all that follows from the last call.
async function settle() {
  for (let turn = 0; turn < 12; turn += 1) await sleep(1);
}

(async () => {
  class Source extends stream.Readable {
    _read() {}
  }
  class Sink extends stream.Writable {
    _write(chunk, encoding, callback) { callback(null); }
  }
  const source = observe('source', new Source({ autoDestroy: false }));
  source.resume();
  source.push(null);
  const ended = watch('ended', new Sink(), 'finish', 'close', 'error');
  ended.on('pipe', () => log('ended', 'pipe'));
  ended.on('unpipe', () => log('ended', 'unpipe'));
  await settle();
  source.pipe(ended);
  log('ended', ended.writableEnded);
  const kept = watch('kept', new Sink(), 'finish', 'close', 'error');
  kept.on('pipe', () => log('kept', 'pipe'));
  kept.on('unpipe', () => log('kept', 'unpipe'));
  await settle();
  source.pipe(kept, { end: false });
  await settle();
  log('kept', kept.writableEnded);
})();
