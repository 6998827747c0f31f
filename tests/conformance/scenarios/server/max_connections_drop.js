const server = watch('server', net.createServer(), 'connection', 'error', 'close');
server.maxConnections = 1;
server.listen(0, '127.0.0.1', () => {
  const first = net.connect(server.address().port, '127.0.0.1').resume();
  server.once('connection', (peer) => {
    peer.resume();
    const second = watch('second', net.connect(server.address().port, '127.0.0.1'));
    server.once('drop', (info) => {
      log('server', 'drop', info);
      log('server', 'ports', info.localPort === server.address().port);
      log('server', 'remote', info.remotePort === second.localPort);
      server.close();
    });
    second.on('close', () => first.end());
  });
});
