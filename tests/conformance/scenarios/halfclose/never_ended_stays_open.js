pair({ server: { allowHalfOpen: true } }, (client, peer) => {
  watch('client', client);
  watch('peer', peer);
  client.end();
  peer.on('end', () => later(0.05, () => {
    log('peer', 'still open', peer.readyState);
    peer.destroy();
  }));
});
