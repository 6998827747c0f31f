pair((client, peer) => {
  watch('client', client);
  watch('peer', peer);
  client.cork();
  client.cork();
  client.write('a');
  client.end('b');
  state('client', client, 'writableCorked');
});
