const e = new EventEmitter();
const other = new EventEmitter();
log('e', e.getMaxListeners());
e.setMaxListeners(3);
log('e', e.getMaxListeners(), other.getMaxListeners());
e.setMaxListeners(0);
log('e', e.getMaxListeners());
for (const wrong of [-1, NaN, 'many', null]) {
  try {
    e.setMaxListeners(wrong);
    log('wrong', 'accepted');
  } catch (error) {
    log('wrong', error.code, e.getMaxListeners());
  }
}
