const { setTimeout: sleep } = require('node:timers/promises');

(async () => {
  let warnings = 0;
  process.on('warning', () => warnings++);
  const add = (e, name, n) => {
    for (let i = 0; i < n; i++) e.on(name, () => {});
  };
  const ten = new EventEmitter();
  add(ten, 'x', 10);
  add(ten, 'y', 10);
  await sleep(20);
  log('ten of each', warnings);
  add(ten, 'x', 1);
  await sleep(20);
  log('an eleventh', warnings);
  add(ten, 'x', 10);
  await sleep(20);
  log('once for each name', warnings);
  add(ten, 'y', 1);
  await sleep(20);
  log('and for the other', warnings);
  const two = new EventEmitter().setMaxListeners(2);
  add(two, 'x', 3);
  await sleep(20);
  log('own limit', warnings);
  const unlimited = new EventEmitter().setMaxListeners(0);
  add(unlimited, 'x', 50);
  await sleep(20);
  log('no limit', warnings);
})();
