eachState((name, socket) => {
  attempt(name, 'set_timeout', () => socket.setTimeout(50) === socket);
});
