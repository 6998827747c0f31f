const e = new EventEmitter();
const boom = new Error('boom');
try {
  e.emit('error', boom);
} catch (error) {
  log('e', error === boom, error);
}
for (const values of [['text'], [7], []]) {
  try {
    e.emit('error', ...values);
  } catch (error) {
    log('e', error.code);
  }
}
try {
  e.emit('error', 'text');
} catch (error) {
  log('message', error.message);
}
log('e', e.emit('other', boom));
