eachState((name, socket) => {
  attempt(name, 'destroy_soon', () => socket.destroySoon());
});
