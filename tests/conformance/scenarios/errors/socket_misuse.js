attempt('socket', 'fd type', () => new net.Socket({ fd: 'x' }));
attempt('socket', 'fd negative', () => new net.Socket({ fd: -1 }));
attempt('socket', 'signal', () => new net.Socket({ signal: 'x' }));
const socket = new net.Socket();
attempt('socket', 'on', () => socket.on('data', 5));
attempt('socket', 'once', () => socket.once('data', 5));
attempt('socket', 'read', () => socket.read(-1));
