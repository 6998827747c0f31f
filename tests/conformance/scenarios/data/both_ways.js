pair((client, peer) => {
  watch('client', client);
  watch('peer', peer);
  client.write('ping');
  peer.once('data', () => peer.write('pong'));
  client.once('data', () => client.end('bye'));
});
