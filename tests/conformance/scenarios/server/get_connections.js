serve({}, (server) => {
  const clients = [];
  const show = (call) => {
    const returned = server.getConnections((error, count) => {
      log('server', 'connections', error, count);
      call();
    });
    log('server', 'itself', returned === server);
  };
  server.on('connection', (peer) => {
    peer.resume();
    if (clients.length < 3) {
      show(() => clients.push(net.connect(target(server)).resume()));
    } else {
      show(() => {
        for (const client of clients) client.end();
        server.close(() => show(() => {}));
      });
    }
  });
  show(() => clients.push(net.connect(target(server)).resume()));
});
