const { setTimeout: sleep } = require('node:timers/promises');

// Enough turns of the loop for all that follows from the last call.
async function settle() {
  for (let turn = 0; turn < 12; turn += 1) await sleep(1);
}

(async () => {
  class Sink extends stream.Writable {
    _write(chunk, encoding, callback) {
      log('s', '_write', chunk, encoding, this.writableLength);
      callback(null);
    }
  }
  const s = observe('s', new Sink({ highWaterMark: 4 }));
  log('s', s.write('ab', done('s', 'callback 1')), s.writableLength, s.writableNeedDrain);
  log('s', s.write('cdefgh', done('s', 'callback 2')), s.writableLength, s.writableNeedDrain);
  log('s', s.write(''), s.writableLength);
  log('s', s.write(Buffer.from('x')), s.writableLength);
  await settle();
  s.end('last', done('s', 'end'));
  await settle();
  state('s', s, 'writable', 'writableEnded', 'writableFinished', 'destroyed', 'closed');
})();
