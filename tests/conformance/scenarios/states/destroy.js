eachState((name, socket) => {
  attempt(name, 'destroy', () => socket.destroy() === socket);
});
