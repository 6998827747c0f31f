eachState((name, socket) => {
  // In geventnet nothing is emitted after 'close'.
  if (name === 'closed') socket.removeAllListeners('resume');
  attempt(name, 'resume', () => socket.resume() === socket);
  log(name, 'paused', socket.isPaused());
});
