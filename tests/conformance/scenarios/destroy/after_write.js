pair((client, peer) => {
  watch('client', client);
  watch('peer', peer);
  client.write('sent already', done('client', 'written'));
  client.destroy();
});
