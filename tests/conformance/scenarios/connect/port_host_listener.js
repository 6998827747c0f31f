const server = net.createServer((peer) => {
  log('server', 'connection');
  peer.end('hi');
  server.close();
});
server.listen(0, '127.0.0.1', () => {
  const client = net.connect(server.address().port, '127.0.0.1', () => log('client', 'listener'));
  watch('client', client);
});
