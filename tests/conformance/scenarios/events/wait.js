const { setTimeout: sleep } = require('node:timers/promises');

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
  await sleep(20);
  e.emit('none');
  e.emit('one', 1);
  e.emit('one', 2);
  e.emit('several', 1, 'two', null);
  await sleep(20);
  log('e', e.listenerCount('none'), e.listenerCount('one'));
  e.emit('error', new Error('boom'));
  await sleep(20);
  log('e', e.listenerCount('never'));
})();
