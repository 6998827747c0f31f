const { setTimeout: sleep } = require('node:timers/promises');

// Enough turns of the loop for all that follows from the last call.
async function settle() {
  for (let turn = 0; turn < 12; turn += 1) await sleep(1);
}

(async () => {
  class Sink extends stream.Writable {
    _write(chunk, encoding, callback) {
      log('s', '_write', chunk);
      callback(null);
    }
  }
  const s = observe('s', new Sink({ highWaterMark: 4 }));
  log('s', s.writableCorked);
  s.cork();
  s.cork();
  log('s', s.writableCorked, s.write('ab', done('s', 'ab')), s.writableLength);
  log('s', s.write('cd', done('s', 'cd')), s.writableLength, s.writableNeedDrain);
  s.uncork();
  log('s', s.writableCorked, s.writableLength);
  s.uncork();
  log('s', s.writableCorked, s.writableLength);
  s.uncork();
  log('s', s.writableCorked);
  await settle();
  s.cork();
  s.cork();
  s.write('ef', done('s', 'ef'));
  s.end('gh', done('s', 'end'));
  log('s', s.writableCorked);
})();
