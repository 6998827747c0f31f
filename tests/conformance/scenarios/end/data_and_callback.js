pair((client, peer) => {
  watch('client', client);
  watch('peer', peer);
  client.write('first ', done('client', 'written'));
  client.end('last', done('client', 'ended'));
});
