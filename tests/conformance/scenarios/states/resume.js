eachState((name, socket) => {
  attempt(name, 'resume', () => socket.resume() === socket);
  log(name, 'paused', socket.isPaused());
});
