pair((client, peer) => {
  watch('client', client);
  watch('peer', peer);
  client.on('end', () => client.destroy());
  peer.end('bye');
});
