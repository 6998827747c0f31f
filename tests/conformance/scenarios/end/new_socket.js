const socket = watch('socket', new net.Socket());
attempt('socket', 'end', () => socket.end(done('socket', 'ended')));
state('socket', socket, 'writableEnded', 'readyState', 'destroyed');
later(0.02, () => state('socket', socket, 'writableFinished', 'destroyed', 'readyState'));
