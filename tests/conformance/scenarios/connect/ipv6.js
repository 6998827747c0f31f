const server = net.createServer((peer) => {
  state('peer', peer, 'remoteAddress', 'remoteFamily', 'localAddress', 'localFamily');
  peer.end();
  server.close();
});
server.listen(0, '::1', () => {
  log('server', 'address', server.address());
  const client = watch('client', net.connect(server.address().port, '::1'));
  client.on('connect', () => log('client', 'address', client.address()));
});
