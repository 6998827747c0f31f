const socket = new net.Socket();
watch('socket', socket, 'error', 'end', 'finish');
socket.on('close', () => log('socket', 'close'));
socket.destroy(new Error('unused'));
state('socket', socket, 'destroyed', 'errored');
