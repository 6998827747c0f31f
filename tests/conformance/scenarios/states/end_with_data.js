eachState((name, socket) => {
  attempt(name, 'end', () => socket.end('x', done(name, 'ended')) === socket);
});
