pair((client, peer) => {
  watch('client', client);
  watch('peer', peer);
  peer.on('end', () => log('peer', 'write', peer.write('still open')));
  client.end();
});
