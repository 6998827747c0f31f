const socket = new net.Socket();
watch('socket', socket, 'error', 'close');
attempt('socket', 'number', () => socket.write(5));
attempt('socket', 'null', () => socket.write(null));
attempt('socket', 'object', () => socket.write({}));
attempt('socket', 'list', () => socket.write(['a']));
attempt('socket', 'boolean', () => socket.write(true));
attempt('socket', 'encoding', () => socket.write('a', 'klingon'));
state('socket', socket, 'destroyed', 'writableLength');
