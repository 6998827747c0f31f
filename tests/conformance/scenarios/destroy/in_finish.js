pair({ server: { allowHalfOpen: true } }, (client, peer) => {
  watch('client', client);
  peer.resume().on('end', () => later(0.02, () => peer.end()));
  client.on('finish', () => client.destroy());
  client.end();
});
