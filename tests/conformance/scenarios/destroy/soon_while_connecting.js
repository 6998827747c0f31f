serve({}, (server) => {
  server.on('connection', (peer) => {
    watch('peer', peer);
    server.close();
  });
  const client = watch('client', net.connect(target(server)));
  client.write('first');
  client.destroySoon();
  state('client', client, 'destroyed', 'connecting');
});
