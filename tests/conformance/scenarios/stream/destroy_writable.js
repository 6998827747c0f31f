const { setTimeout: sleep } = require('node:timers/promises');

// Enough turns of the loop for all that follows from the last call.
async function settle() {
  for (let turn = 0; turn < 12; turn += 1) await sleep(1);
}

(async () => {
  let release;
  class Sink extends stream.Writable {
    _write(chunk, encoding, callback) {
      log('sink', '_write', chunk);
      release = (error) => callback(error);
    }
  }
  const fresh = observe('fresh', new Sink());
  fresh.destroy();
  state('fresh', fresh, 'destroyed', 'closed', 'writable', 'errored');
  log('fresh', fresh.write('x', done('fresh', 'write')));
  fresh.end(done('fresh', 'end'));
  await settle();
  log('fresh', fresh.write('x', done('fresh', 'write again')), fresh.errored);
  fresh.end('y', done('fresh', 'end again'));
  const writing = observe('writing', new Sink());
  writing.write('a', done('writing', 'a'));
  writing.write('b', done('writing', 'b'));
  writing.end('c', done('writing', 'end'));
  await settle();
  writing.destroy();
  log('writing', writing.writableLength);
  await settle();
  log('writing', 'closed', writing.closed);
  release(null);
  await settle();
  log('writing', writing.writableLength, writing.writableFinished);
  const failed = observe('failed', new Sink());
  failed.write('a', done('failed', 'a'));
  failed.write('b', done('failed', 'b'));
  failed.destroy(new Error('boom'));
  await settle();
  log('failed', failed.errored, failed.write('c', done('failed', 'c')));
  release(new Error('too late'));
})();
