const e = new EventEmitter();
const f = () => {};
const g = () => log('e', 'g');
e.on('removeListener', (name, listener) => {
  log('e', 'removed', name, listener === f, listener === g, e.listenerCount(name));
});
e.on('x', f);
e.on('x', g);
e.on('x', f);
e.off('x', f);
e.off('x', () => {});
e.off('y', f);
e.off('x', f);
e.off('x', f);
e.off('x', g);
e.once('x', g);
e.emit('x');
