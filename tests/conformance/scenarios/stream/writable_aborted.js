const { setTimeout: sleep } = require('node:timers/promises');

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
  await sleep(20);
  say('failed', failed);
  const finished = new Sink();
  finished.end();
  await sleep(20);
  say('finished', finished);
})();
