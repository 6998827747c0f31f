const server = net.createServer();
const reserved = net.createServer();
reserved.listen(0, '127.0.0.1', () => {
  const localPort = reserved.address().port;
  reserved.close(() => server.listen(0, '127.0.0.1', () => {
    const client = net.connect({ port: server.address().port, host: '127.0.0.1', localPort });
    watch('client', client);
    client.on('connect', () => log('client', 'chosen', client.localPort === localPort));
    server.on('connection', (peer) => {
      log('peer', 'chosen', peer.remotePort === localPort);
      server.close();
      peer.resume();
      client.end();
    });
  }));
});
