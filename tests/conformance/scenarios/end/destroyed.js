pair((client, peer) => {
  watch('client', client);
  peer.resume();
  client.destroy();
  attempt('client', 'end', () => client.end('x', done('client', 'ended')));
});
