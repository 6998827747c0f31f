pair({ server: { allowHalfOpen: true } }, (client, peer) => {
  watch('client', client);
  watch('peer', peer);
  client.end();
  peer.on('end', () => peer.destroy());
});
