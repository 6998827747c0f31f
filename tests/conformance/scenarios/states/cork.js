eachState((name, socket) => {
  socket.cork();
  attempt(name, 'write', () => socket.write('x', done(name, 'written')));
  socket.uncork();
});
