// Random programs for a sink that completes some writes at once and others in the next tick.
const { setTimeout: sleep } = require('node:timers/promises');

async function settle() {
  for (let turn = 0; turn < 4; turn += 1) await sleep(1);
}

async function play(seed) {
  const name = `s${seed}`;
  let state = seed * 7919 + 17;
  const pick = (n) => {
    state = (state * 75 + 74) % 65537;
    return state % n;
  };
  class Sink extends stream.Writable {
    _write(chunk, encoding, callback) {
      log(name, '_write', chunk);
      const error = String(chunk).startsWith('bad') ? new Error('bad') : null;
      if (pick(2)) process.nextTick(callback, error);
      else callback(error);
    }

    _final(callback) {
      log(name, '_final');
      callback(null);
    }
  }
  const s = observe(name, new Sink({ highWaterMark: 1 + 10 * pick(6) }));
  const count = 3 + pick(12);
  for (let step = 0; step < count; step += 1) {
    if (pick(6) === 0) await settle();
    const chunk = `${pick(60) ? 'good' : 'bad'}${step}`;
    if (pick(3)) s.write(chunk, done(name, chunk));
    else s.write(chunk);
  }
  s.end(done(name, 'end'));
  await settle();
  log(name, s.writableLength, s.writableFinished);
}

(async () => {
  for (let seed = 0; seed < 60; seed += 1) await play(seed);
})();
