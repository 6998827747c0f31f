const socket = new net.Socket();
watch('socket', socket, 'error', 'finish');
socket.on('close', () => log('socket', 'close'));
attempt('socket', 'write', () => socket.write('x', done('socket', 'written')));
later(0.02, () => state('socket', socket, 'destroyed', 'bytesWritten'));
