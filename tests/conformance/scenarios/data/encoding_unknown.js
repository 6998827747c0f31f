const socket = new net.Socket();
attempt('socket', 'set_encoding', () => socket.setEncoding('klingon'));
state('socket', socket, 'readableEncoding');
for (const [label, value] of Object.entries({ empty: '', boolean: false, zero: 0, list: [] })) {
  const other = new net.Socket();
  attempt('socket', label, () => other.setEncoding(value));
  state('socket', other, 'readableEncoding');
}
