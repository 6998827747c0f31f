const socket = new net.Socket();
watch('socket', socket, 'error', 'end', 'finish');
socket.on('close', () => log('socket', 'close'));
attempt('socket', 'reset', () => socket.resetAndDestroy() === socket);
state('socket', socket, 'destroyed', 'errored');
