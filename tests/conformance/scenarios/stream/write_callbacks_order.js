const { setTimeout: sleep } = require('node:timers/promises');

// Enough turns of the loop for all that follows from the last call.
async function settle() {
  for (let turn = 0; turn < 12; turn += 1) await sleep(1);
}

(async () => {
  let release;
  class Sink extends stream.Writable {
    _write(chunk, encoding, callback) {
      log('s', '_write', chunk);
      if (String(chunk) === 'held') release = () => callback(null);
      else callback(null);
    }
  }
  const s = observe('s', new Sink({ highWaterMark: 2 }));
  s.write('a', done('s', 'a'));
  s.write('b', done('s', 'b'));
  s.write('c');
  s.write('d', done('s', 'd'));
  await settle();
  s.write('held', done('s', 'held'));
  s.write('e', done('s', 'e'));
  s.write('f', done('s', 'f'));
  await settle();
  release();
  await settle();
  s.write('g', () => {
    log('s', 'g');
    s.write('h', done('s', 'h'));
    s.end(done('s', 'end'));
  });
  s.write('i', done('s', 'i'));
})();
