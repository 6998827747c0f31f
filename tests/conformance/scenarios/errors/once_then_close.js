pair((client, peer) => {
  peer.resume();
  watch('client', client, 'close');
  client.once('error', (error) => log('client', 'error', error));
  client.destroy(new Error('one'));
});
