const server = net.createServer((peer) => {
  log('server', 'first');
  peer.resume();
});
server.on('connection', () => {
  log('server', 'second');
  server.close();
});
server.listen(endpoint(), () => {
  log('server', 'count', server.listenerCount('connection'));
  net.connect(target(server)).end().resume();
});
