const { setTimeout: sleep } = require('node:timers/promises');

// Enough turns of the loop for all that follows from the last call.
async function settle() {
  for (let turn = 0; turn < 12; turn += 1) await sleep(1);
}

(async () => {
  let warnings = 0;
  process.on('warning', () => warnings++);
  const add = (e, name, n) => {
    for (let i = 0; i < n; i++) e.on(name, () => {});
  };
  const ten = new EventEmitter();
  add(ten, 'x', 10);
  add(ten, 'y', 10);
  await settle();
  log('ten of each', warnings);
  add(ten, 'x', 1);
  await settle();
  log('an eleventh', warnings);
  add(ten, 'x', 10);
  await settle();
  log('once for each name', warnings);
  add(ten, 'y', 1);
  await settle();
  log('and for the other', warnings);
  const two = new EventEmitter().setMaxListeners(2);
  add(two, 'x', 3);
  await settle();
  log('own limit', warnings);
  const unlimited = new EventEmitter().setMaxListeners(0);
  add(unlimited, 'x', 50);
  await settle();
  log('no limit', warnings);
})();
