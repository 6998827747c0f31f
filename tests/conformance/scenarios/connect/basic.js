serve({}, (server) => {
  watch('server', server);
  server.on('connection', (peer) => {
    watch('peer', peer);
    server.close();
  });
  const client = watch('client', net.connect(target(server)));
  state('client', client, 'connecting', 'pending', 'readyState');
  client.on('ready', () => {
    state('client', client, 'connecting', 'pending', 'readyState');
    client.end('hello');
  });
});
