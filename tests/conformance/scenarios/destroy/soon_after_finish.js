pair({ server: { allowHalfOpen: true } }, (client, peer) => {
  watch('client', client);
  peer.resume().on('end', () => later(0.02, () => peer.destroy()));
  client.end();
  client.on('finish', () => {
    client.destroySoon();
    state('client', client, 'destroyed');
  });
});
