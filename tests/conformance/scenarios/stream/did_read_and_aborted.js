const { setTimeout: sleep } = require('node:timers/promises');

// Enough turns of the loop for all that follows from the last call.
async function settle() {
  for (let turn = 0; turn < 12; turn += 1) await sleep(1);
}

(async () => {
  class Source extends stream.Readable {
    _read() {}
  }
  const say = (name, s) => state(
    name, s, 'readable', 'readableDidRead', 'readableAborted', 'readableEnded', 'destroyed',
  );
  const read = new Source();
  read.push('x');
  say('read', read);
  read.read();
  say('read', read);
  const aborted = observe('aborted', new Source());
  aborted.push('x');
  aborted.destroy();
  say('aborted', aborted);
  const ended = observe('ended', new Source());
  ended.push(null);
  ended.resume();
  await settle();
  say('ended', ended);
  ended.destroy();
  say('ended', ended);
  const failed = observe('failed', new Source());
  failed.destroy(new Error('boom'));
  say('failed', failed);
  await settle();
  say('failed', failed);
})();
