pair((client, peer) => {
  watch('client', client);
  watch('peer', peer);
  peer.setTimeout(30, () => peer.end('too slow'));
});
