const e = new EventEmitter();
e.once('newListener', (name, listener) => {
  log('e', 'newListener', name, e.listenerCount('x'));
  e.on('x', () => log('e', 'inserted'));
});
e.on('x', () => log('e', 'asked for'));
e.emit('x');
