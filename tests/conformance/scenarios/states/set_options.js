eachState((name, socket) => {
  attempt(name, 'set_no_delay', () => socket.setNoDelay() === socket);
  attempt(name, 'set_keep_alive', () => socket.setKeepAlive(true, 1000) === socket);
  attempt(name, 'unref', () => socket.unref() === socket);
  attempt(name, 'ref', () => socket.ref() === socket);
});
