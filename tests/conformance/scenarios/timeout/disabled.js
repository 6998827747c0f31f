pair((client, peer) => {
  watch('client', client);
  peer.resume();
  state('client', client, 'timeout');
  client.setTimeout(30);
  client.setTimeout(0);
  state('client', client, 'timeout');
  later(0.15, () => client.end());
});
