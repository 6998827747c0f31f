const { setTimeout: sleep } = require('node:timers/promises');

(async () => {
  class Source extends stream.Readable {
    _read() {}
  }
  const s = new Source();
  const f = () => {};
  observe('s', s);
  const say = (word) => log('s', word, s.readableFlowing, s.isPaused());
  say('new');
  s.pause();
  say('pause');
  s.pause();
  say('pause again');
  s.on('data', f);
  say('data listener while paused');
  await sleep(20);
  say('not resumed');
  s.resume();
  say('resume');
  s.resume();
  await sleep(20);
  say('resumed');
  s.off('data', f);
  say('data listener gone');
  await sleep(20);
  s.pause();
  say('pause');
  s.resume();
  say('resume in the same turn');
  await sleep(20);
  say('then');
  s.on('readable', f);
  say('readable listener');
  await sleep(20);
  s.pause();
  say('pause');
  s.resume();
  say('resume');
  await sleep(20);
  s.off('readable', f);
  say('readable listener gone');
  await sleep(20);
  say('at last');
})();
