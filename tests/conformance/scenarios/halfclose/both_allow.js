pair({ server: { allowHalfOpen: true }, client: { allowHalfOpen: true } }, (client, peer) => {
  collect('client', client);
  watch('peer', peer);
  client.end();
  peer.on('end', () => peer.write('1', () => peer.end('2')));
});
