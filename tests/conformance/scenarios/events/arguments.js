const e = new EventEmitter();
log('call', e.emit('ping'));
e.on('ping', (...values) => log('first', ...values));
e.on('ping', (...values) => log('second', values.length));
log('call', e.emit('ping'));
log('call', e.emit('ping', 1));
log('call', e.emit('ping', 1, 'two', true, null));
log('call', e.emit('pong', 1));
