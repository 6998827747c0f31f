const socket = new net.Socket();
watch('socket', socket, 'error', 'end', 'finish');
socket.on('close', () => log('socket', 'close'));
socket.destroy();
state('socket', socket, 'destroyed', 'readyState', 'connecting', 'pending');
