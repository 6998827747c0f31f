const { errorMonitor } = require('events');

const e = new EventEmitter();
const monitor = (error) => log('e', 'monitor', error.message);
e.on(errorMonitor, monitor);
try {
  e.emit('error', new Error('unheard'));
} catch (error) {
  log('e', 'threw', error.message);
}
e.on('error', (error) => log('e', 'error', error.message));
log('e', e.listenerCount('error'), e.listenerCount(errorMonitor), e.eventNames().length);
e.emit('error', new Error('heard'));
e.prependOnceListener(errorMonitor, (error) => log('e', 'first', error.message));
e.emit('error', new Error('twice'));
e.off(errorMonitor, monitor);
e.emit('error', new Error('unmonitored'));
e.emit('x', new Error('another'));

const socket = new net.Socket();
socket.on(errorMonitor, (error) => log('socket', 'monitor', error.message));
observe('socket', socket);
socket.destroy(new Error('late'));

const server = net.createServer();
server.on('error', (error) => log('server', 'error', error.code));
server.on(errorMonitor, (error) => log('server', 'monitor', error.code));
server.listen(missingPath() + '/below');
