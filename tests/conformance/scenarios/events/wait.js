const { setTimeout: sleep } = require('node:timers/promises');

// Enough turns of the loop for all that follows from the last call.
async function settle() {
  for (let turn = 0; turn < 12; turn += 1) await sleep(1);
}

(async () => {
  const { once } = require('node:events');
  const e = new EventEmitter();
  const waiting = (name) => once(e, name).then(
    (values) => log(name, ...values),
    (error) => log(name, 'failed', error),
  );
  waiting('none');
  waiting('one');
  waiting('several');
  waiting('never');
  await settle();
  e.emit('none');
  e.emit('one', 1);
  e.emit('one', 2);
  e.emit('several', 1, 'two', null);
  await settle();
  e.emit('error', new Error('boom'));
})();
