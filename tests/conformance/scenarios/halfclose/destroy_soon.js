pair({ server: { allowHalfOpen: true } }, (client, peer) => {
  watch('client', client);
  watch('peer', peer);
  client.end();
  peer.on('end', () => {
    peer.write('kept');
    attempt('peer', 'destroy_soon', () => peer.destroySoon());
    state('peer', peer, 'destroyed', 'writable');
  });
});
