serve({}, (server) => {
  watch('server', server);
  server.on('connection', (peer) => {
    peer.resume();
    peer.on('close', () => log('server', 'peer closed'));
    server.close(done('server', 'closed'));
    state('server', server, 'listening');
    later(0.05, () => {
      log('server', 'ending');
      client.end();
    });
  });
  const client = net.connect(target(server));
  client.resume();
});
