pair((client, peer) => {
  watch('client', client);
  watch('peer', peer);
  client.end('last', done('client', 'ended'));
  client.destroy();
});
