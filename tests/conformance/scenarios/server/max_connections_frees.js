const server = watch('server', net.createServer(), 'connection', 'close');
server.maxConnections = 1;
server.listen(endpoint(), () => {
  const first = net.connect(target(server)).resume();
  server.once('connection', (peer) => {
    peer.resume();
    first.end();
    peer.on('close', () => {
      const second = net.connect(target(server)).resume();
      server.once('connection', (next) => {
        next.resume();
        server.close();
        second.end();
      });
    });
  });
});
