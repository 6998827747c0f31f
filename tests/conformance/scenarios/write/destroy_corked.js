pair((client, peer) => {
  watch('client', client);
  watch('peer', peer);
  client.cork();
  client.write('a', done('client', 'written a'));
  client.write('b', done('client', 'written b'));
  client.destroy();
});
