pair((client, peer) => {
  watch('client', client);
  watch('peer', peer);
  client.end('x', done('client', 'first'));
  client.end(done('client', 'second'));
  client.end();
  client.on('finish', () => client.end(done('client', 'third')));
  client.on('close', () => client.end(done('client', 'fourth')));
});
