const { setTimeout: sleep } = require('node:timers/promises');

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
  await sleep(20);
  say('ended', ended);
  ended.destroy();
  say('ended', ended);
  const failed = observe('failed', new Source());
  failed.destroy(new Error('boom'));
  say('failed', failed);
  await sleep(20);
  say('failed', failed);
})();
