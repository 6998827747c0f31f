serve({}, (server) => {
  watch('server', server);
  server.close(done('server', 'closed'));
  state('server', server, 'listening');
  server.listen(endpoint(), () => {
    server.on('connection', (peer) => {
      peer.end('again');
      server.close(done('server', 'closed again'));
    });
    watch('client', net.connect(target(server)));
  });
});
