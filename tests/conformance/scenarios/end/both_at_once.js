pair((client, peer) => {
  watch('client', client, 'data', 'end', 'error', 'close');
  watch('peer', peer, 'data', 'end', 'error', 'close');
  client.end('from client');
  peer.end('from peer');
});
