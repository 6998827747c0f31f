const { setTimeout: sleep } = require('node:timers/promises');

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
  await sleep(20);
  s.write('held', done('s', 'held'));
  s.write('e', done('s', 'e'));
  s.write('f', done('s', 'f'));
  await sleep(20);
  release();
  await sleep(20);
  s.write('g', () => {
    log('s', 'g');
    s.write('h', done('s', 'h'));
    s.end(done('s', 'end'));
  });
  s.write('i', done('s', 'i'));
})();
