pair((client, peer) => {
  watch('client', client);
  peer.resume();
  client.destroy();
  client.destroy(new Error('too late'));
});
