const DATA = Buffer.alloc(400000, 'xyz');
pair({ server: { allowHalfOpen: true } }, (client, peer) => {
  collect('client', client);
  watch('peer', peer, 'data', 'end', 'finish', 'error', 'close');
  client.end();
  peer.on('end', () => peer.end(DATA, done('peer', 'ended')));
});
