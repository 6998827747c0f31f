pair((client, peer) => {
  watch('client', client);
  peer.resume();
  client.setTimeout(20);
  client.destroy();
  later(0.1, () => log('client', 'later'));
});
