eachState((name, socket) => {
  attempt(name, 'destroy', () => socket.destroy(new Error('why')) === socket);
});
