pair((client, peer) => {
  watch('client', client);
  watch('peer', peer);
  peer.once('data', () => peer.end('answer'));
  client.write('question');
});
