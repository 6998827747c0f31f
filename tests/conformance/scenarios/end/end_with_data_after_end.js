pair((client, peer) => {
  watch('client', client);
  peer.resume().on('error', () => {});
  client.end();
  client.end('y', done('client', 'ended'));
});
