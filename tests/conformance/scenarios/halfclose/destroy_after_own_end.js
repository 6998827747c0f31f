pair({ server: { allowHalfOpen: true } }, (client, peer) => {
  watch('client', client);
  watch('peer', peer);
  client.end();
  client.on('finish', () => {
    client.destroy();
    state('client', client, 'readyState', 'destroyed');
  });
  peer.on('end', () => peer.end());
});
