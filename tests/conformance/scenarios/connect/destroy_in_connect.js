serve({}, (server) => {
  server.on('connection', (peer) => {
    watch('peer', peer);
    server.close();
  });
  const client = watch('client', net.connect(target(server)));
  client.on('connect', () => client.destroy());
});
