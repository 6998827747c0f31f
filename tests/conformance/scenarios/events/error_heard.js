const e = new EventEmitter();
const boom = new Error('boom');
e.once('error', (error, ...more) => log('e', error === boom, ...more));
log('call', e.emit('error', boom, 1));
e.on('error', (error) => log('e', error));
log('call', e.emit('error', 'text'));
e.removeAllListeners('error');
try {
  e.emit('error', boom);
} catch (error) {
  log('call', error === boom);
}
