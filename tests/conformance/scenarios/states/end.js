eachState((name, socket) => {
  attempt(name, 'end', () => socket.end(done(name, 'ended')) === socket);
});
