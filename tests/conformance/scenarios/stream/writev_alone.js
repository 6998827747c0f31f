const { setTimeout: sleep } = require('node:timers/promises');

// Enough turns of the loop for all that follows from the last call.
async function settle() {
  for (let turn = 0; turn < 12; turn += 1) await sleep(1);
}

(async () => {
  class Sink extends stream.Writable {
    _writev(chunks, callback) {
      log('s', '_writev', chunks.map(({ chunk, encoding }) => [chunk, encoding]));
      later(0.001, () => callback(String(chunks[0].chunk) === 'bad' ? new Error('bad chunks') : null));
    }
  }
  const s = observe('s', new Sink());
  s.write('a', done('s', 'a'));
  s.write('b', done('s', 'b'));
  s.write('c', done('s', 'c'));
  await settle();
  s.cork();
  s.write('bad', done('s', 'bad'));
  s.write('e', done('s', 'e'));
  s.uncork();
  s.write('f', done('s', 'f'));
})();
