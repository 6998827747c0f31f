eachState((name, socket) => {
  attempt(name, 'reset', () => socket.resetAndDestroy() === socket);
});
