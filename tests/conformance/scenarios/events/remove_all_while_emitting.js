const e = new EventEmitter();
e.on('x', () => {
  log('e', 'first');
  e.removeAllListeners();
});
e.once('x', () => log('e', 'once'));
e.on('x', () => log('e', 'last', e.listenerCount('x')));
log('call', e.emit('x'));
log('call', e.emit('x'));
