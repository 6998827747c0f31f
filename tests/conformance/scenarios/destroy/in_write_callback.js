pair((client, peer) => {
  watch('client', client);
  watch('peer', peer);
  client.write('one', () => {
    log('client', 'written');
    client.destroy();
  });
});
