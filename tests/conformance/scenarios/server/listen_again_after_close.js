serve({}, (server) => {
  watch('server', server);
  server.close();
  server.once('close', () => {
    server.listen(endpoint(), () => {
      server.on('connection', (peer) => {
        peer.end('again');
        server.close();
      });
      watch('client', net.connect(target(server)));
    });
  });
});
