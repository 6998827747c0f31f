serve({}, (server) => {
  watch('server', server);
  server.once('connection', (peer) => {
    peer.resume();
    peer.on('close', () => log('server', 'peer closed'));
    server.close(done('server', 'closed'));
    server.listen(endpoint(), () => {
      client.end();
      later(0.05, () => {
        state('server', server, 'listening');
        server.close(done('server', 'closed again'));
      });
    });
  });
  const client = net.connect(target(server));
  client.resume();
});
