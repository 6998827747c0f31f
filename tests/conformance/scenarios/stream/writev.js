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
      release = callback;
    }
    _writev(chunks, callback) {
      log('s', '_writev', chunks.map(({ chunk, encoding }) => [chunk, encoding]));
      release = callback;
    }
  }
  const s = observe('s', new Sink({ highWaterMark: 4, decodeStrings: false }));
  s.write('a', done('s', 'a'));
  s.write('b', done('s', 'b'));
  s.write('63', 'hex', done('s', 'c'));
  s.write(Buffer.from('d'), done('s', 'd'));
  await settle();
  release(null);
  await settle();
  log('s', s.writableLength);
  release(null);
  await settle();
  s.cork();
  s.write('e', done('s', 'e'));
  s.uncork();
  await settle();
  release(null);
  s.cork();
  s.write('f', done('s', 'f'));
  s.write('g');
  s.end('h', done('s', 'end'));
  await settle();
  release(null);
})();
