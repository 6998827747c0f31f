serve({}, (server) => {
  server.on('connection', (peer) => {
    peer.end();
    server.close();
  });
  const client = net.createConnection(target(server), () => log('client', 'listener'));
  watch('client', client);
});
