pair((client, peer) => {
  watch('peer', peer, 'pipe', 'unpipe', 'end', 'finish', 'error', 'close');
  log('peer', 'destination', peer.pipe(peer) === peer);
  collect('client', client);
  client.end('there and back');
});
