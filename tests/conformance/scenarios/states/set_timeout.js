eachState((name, socket) => {
  attempt(name, 'set_timeout', () => socket.setTimeout(250) === socket);
});
