pair((client, peer) => {
  watch('client', client);
  watch('peer', peer);
  client.end(done('client', 'ended'));
});
