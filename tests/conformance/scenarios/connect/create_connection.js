serve({}, (server) => {
  server.on('connection', (peer) => peer.end());
  const client = net.createConnection(target(server), () => {
    log('client', 'listener');
    server.close();
  });
  watch('client', client);
});
