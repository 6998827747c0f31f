const FIELDS = ['remoteAddress', 'remoteFamily', 'remotePort', 'localAddress', 'localPort'];
const server = net.createServer((peer) => {
  state('peer', peer, ...FIELDS);
  peer.end();
  server.close();
}).listen(path('s'), () => {
  log('server', 'address', server.address());
  const client = net.connect(path('s'));
  client.on('connect', () => state('client', client, ...FIELDS));
  client.resume();
});
