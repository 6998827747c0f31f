const { setTimeout: sleep } = require('node:timers/promises');

// Enough turns of the loop for all that follows from the last call.
async function settle() {
  for (let turn = 0; turn < 12; turn += 1) await sleep(1);
}

(async () => {
  class Sink extends stream.Writable {
    _write(chunk, encoding, callback) { callback(null); }
  }
  const say = (name, s) => state(name, s, 'writableAborted', 'writableFinished', 'destroyed');
  const fresh = new Sink();
  say('fresh', fresh);
  fresh.destroy();
  say('fresh', fresh);
  const failed = observe('failed', new Sink());
  failed.destroy(new Error('boom'));
  await settle();
  say('failed', failed);
  const finished = new Sink();
  finished.end();
  await settle();
  say('finished', finished);
})();
