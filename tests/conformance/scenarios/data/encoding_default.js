pair((client, peer) => {
  client.setEncoding();
  state('client', client, 'readableEncoding');
  watch('client', client);
  peer.end('plain');
});
