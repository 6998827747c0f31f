pair((client, peer) => {
  watch('client', client);
  watch('peer', peer);
  peer.allowHalfOpen = true;
  client.end();
  peer.on('end', () => later(0.02, () => {
    state('peer', peer, 'readyState');
    peer.end('still');
  }));
});
