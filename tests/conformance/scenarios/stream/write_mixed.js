// Random programs for a sink that completes some writes at once and others later.
const { setTimeout: sleep } = require('node:timers/promises');

async function settle() {
  for (let turn = 0; turn < 4; turn += 1) await sleep(1);
}

async function play(seed) {
  const name = `s${seed}`;
  const held = [];
  let state = seed * 7919 + 17;
  let count = 0;
  const pick = (n) => {
    state = (state * 75 + 74) % 65537;
    return state % n;
  };
  class Sink extends stream.Writable {
    _write(chunk, encoding, callback) {
      log(name, '_write', chunk);
      if (String(chunk).startsWith('h')) held.push(callback);
      else callback(null);
    }

    _final(callback) {
      log(name, '_final');
      callback(null);
    }
  }
  const s = observe(name, new Sink({ highWaterMark: 1 + 10 * pick(6) }));
  const write = () => {
    count += 1;
    const chunk = `${pick(2) ? 'h' : 'n'}${count}`;
    if (pick(3)) s.write(chunk, done(name, chunk));
    else s.write(chunk);
  };
  for (let step = 0; step < 14; step += 1) {
    const what = pick(10);
    if (what < 6) write();
    else if (what === 6) await settle();
    else if (what === 7) s.cork();
    else if (what === 8) s.uncork();
    else if (held.length) held.shift()(null);
  }
  s.end(done(name, 'end'));
  while (held.length) {
    if (pick(2)) await settle();
    held.shift()(null);
  }
  await settle();
  log(name, s.writableLength, s.writableFinished);
}

(async () => {
  for (let seed = 0; seed < 60; seed += 1) await play(seed);
})();
