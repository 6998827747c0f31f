eachState((name, socket) => {
  attempt(name, 'unshift', () => socket.unshift(Buffer.from('back')));
  attempt(name, 'read', () => socket.read());
});
