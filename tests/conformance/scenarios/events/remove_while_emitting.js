const e = new EventEmitter();
const b = () => log('e', 'b');
const a = () => {
  log('e', 'a', e.listenerCount('x'));
  e.off('x', a);
  e.off('x', b);
};
e.on('x', a);
e.on('x', b);
e.on('x', () => log('e', 'c', e.listenerCount('x')));
e.emit('x');
log('e', 'again');
e.emit('x');
