pair((client, peer) => {
  watch('client', client);
  watch('peer', peer);
  peer.on('end', () => peer.end('last words'));
  client.end();
});
