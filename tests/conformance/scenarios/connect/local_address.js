const server = net.createServer((peer) => {
  state('peer', peer, 'remoteAddress', 'localAddress');
  peer.end();
  server.close();
});
server.listen(0, '127.0.0.1', () => {
  const options = { port: server.address().port, host: '127.0.0.1', localAddress: '127.0.0.2' };
  const client = watch('client', net.connect(options));
  client.on('connect', () => state('client', client, 'localAddress', 'remoteAddress'));
});
