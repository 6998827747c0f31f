const socket = new net.Socket();
attempt('socket', 'text', () => socket.setTimeout('100'));
attempt('socket', 'negative', () => socket.setTimeout(-1));
attempt('socket', 'nan', () => socket.setTimeout(NaN));
attempt('socket', 'infinite', () => socket.setTimeout(Infinity));
attempt('socket', 'nothing', () => socket.setTimeout());
attempt('socket', 'callback', () => socket.setTimeout(1000, 'no function'));
