const e = new EventEmitter();
const late = () => log('e', 'late');
e.on('x', () => {
  log('e', 'first');
  if (e.listenerCount('x') < 4) e.on('x', late);
});
e.on('x', () => {
  log('e', 'second');
  if (e.listenerCount('x') < 4) e.prependListener('x', late);
});
e.emit('x');
log('e', 'again');
e.emit('x');
