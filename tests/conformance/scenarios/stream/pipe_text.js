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
    _write(chunk, encoding, callback) {
      log('sink', '_write', chunk, encoding);
      callback(null);
    }
  }
  const source = new Source();
  source.setEncoding('utf8');
  source.pipe(watch('sink', new Sink(), 'finish'));
  await settle();
  source.push(Buffer.from('c3', 'hex'));
  await settle();
  source.push(Buffer.from('a961', 'hex'));
  await settle();
  source.push(Buffer.from('c3', 'hex'));
  await settle();
  source.push(null);
})();
