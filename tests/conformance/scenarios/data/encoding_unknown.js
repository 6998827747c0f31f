const socket = new net.Socket();
attempt('socket', 'set_encoding', () => socket.setEncoding('klingon'));
state('socket', socket, 'readableEncoding');
