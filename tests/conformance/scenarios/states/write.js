eachState((name, socket) => {
  attempt(name, 'write', () => socket.write('x', done(name, 'written')));
});
