const server = watch('server', net.createServer(), 'listening', 'connection', 'close');
server.on('drop', (info) => log('server', 'drop', info));
server.maxConnections = 1;
server.listen(path('s'), () => {
  const first = net.connect(path('s')).resume();
  server.once('connection', (peer) => {
    peer.resume();
    const second = watch('second', net.connect(path('s')), 'connect', 'close').resume();
    second.on('close', () => {
      first.end();
      server.close();
    });
  });
});
