const { setTimeout: sleep } = require('node:timers/promises');

// Enough turns of the loop for all that follows from the last call.
async function settle() {
  for (let turn = 0; turn < 12; turn += 1) await sleep(1);
}

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
  await settle();
  say('not resumed');
  s.resume();
  say('resume');
  s.resume();
  await settle();
  say('resumed');
  s.off('data', f);
  say('data listener gone');
  await settle();
  s.pause();
  say('pause');
  s.resume();
  say('resume in the same turn');
  await settle();
  say('then');
  s.on('readable', f);
  say('readable listener');
  await settle();
  s.pause();
  say('pause');
  s.resume();
  say('resume');
  await settle();
  s.off('readable', f);
  say('readable listener gone');
  await settle();
  say('at last');
})();
