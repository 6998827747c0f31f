const e = new EventEmitter();
e.once('x', (n) => {
  log('e', 'once', n, e.listenerCount('x'));
  log('inner', e.emit('x', n + 1));
});
e.on('y', (n) => {
  log('e', 'on', n);
  if (n < 3) e.emit('y', n + 1);
  log('e', 'left', n);
});
e.emit('x', 1);
e.emit('y', 1);
