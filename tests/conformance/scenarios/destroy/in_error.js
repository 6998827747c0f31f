pair((client, peer) => {
  watch('client', client);
  peer.resume();
  client.on('error', () => client.destroy(new Error('again')));
  client.destroy(new Error('once'));
});
