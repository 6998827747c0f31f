const socket = watch('socket', new net.Socket(), 'finish', 'error');
socket.on('close', () => log('socket', 'close'));
attempt('socket', 'end', () => socket.end('x', done('socket', 'ended')));
later(0.02, () => state('socket', socket, 'writableFinished', 'destroyed', 'errored'));
