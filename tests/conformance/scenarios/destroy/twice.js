pair((client, peer) => {
  watch('client', client);
  peer.resume();
  client.destroy(new Error('first'));
  client.destroy(new Error('second'));
  client.destroy();
  client.on('close', () => client.destroy(new Error('third')));
});
