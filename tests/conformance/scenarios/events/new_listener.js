const e = new EventEmitter();
const f = () => log('x', 'f');
e.on('newListener', (name, listener) => log('e', name, listener === f, e.listenerCount(name)));
e.on('x', f);
e.once('x', f);
e.prependListener('x', f);
e.prependOnceListener('y', f);
e.on('newListener', f);
e.addListener('x', f);
