pair((client, peer) => {
  watch('client', client);
  collect('peer', peer);
  client.write('1', () => {
    log('client', 'written 1');
    client.write('2', () => {
      log('client', 'written 2');
      client.end('3', () => log('client', 'ended'));
    });
  });
});
