pair((client, peer) => {
  watch('client', client);
  watch('peer', peer);
  attempt('client', 'destroy_soon', () => client.destroySoon());
  client.destroySoon();
});
