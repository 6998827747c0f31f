const server = net.createServer((peer) => {
  peer.on('error', () => {});
  peer.write('hello');
  server.close();
});
server.listen(0, '127.0.0.1', () => {
  const closed = net.createServer().listen(0, '127.0.0.1', () => {
    const refused = target(closed);
    closed.close(() => {
      const client = observe('client', net.connect(refused));
      client.on('data', (chunk) => {
        log('client', 'data', chunk);
        client.destroy();
      });
      client.once('error', () => {
        client.connect(target(server), () => log('client', 'connected'));
        state('client', client, 'destroyed', 'closed', 'readyState', 'connecting');
      });
    });
  });
});
