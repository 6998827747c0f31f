pair((client, peer) => {
  watch('client', client);
  watch('peer', peer);
  client.end('6869', 'hex', done('client', 'ended'));
});
