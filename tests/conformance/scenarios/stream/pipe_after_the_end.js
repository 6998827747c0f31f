const { setTimeout: sleep } = require('node:timers/promises');

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
  await sleep(20);
  source.pipe(ended);
  log('ended', ended.writableEnded);
  const kept = watch('kept', new Sink(), 'finish', 'close', 'error');
  kept.on('pipe', () => log('kept', 'pipe'));
  kept.on('unpipe', () => log('kept', 'unpipe'));
  await sleep(20);
  source.pipe(kept, { end: false });
  await sleep(20);
  log('kept', kept.writableEnded);
})();
