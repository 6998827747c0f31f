eachState((name, socket) => {
  attempt(name, 'pause', () => socket.pause() === socket);
  log(name, 'paused', socket.isPaused());
});
