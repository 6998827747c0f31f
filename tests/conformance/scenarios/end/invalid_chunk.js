const socket = new net.Socket();
watch('socket', socket);
attempt('socket', 'end', () => socket.end(5));
attempt('socket', 'end', () => socket.end({}));
state('socket', socket, 'writableEnded', 'destroyed');
