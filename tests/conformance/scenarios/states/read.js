eachState((name, socket) => {
  attempt(name, 'read', () => socket.read());
});
