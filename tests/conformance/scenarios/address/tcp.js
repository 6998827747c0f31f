const FIELDS = ['remoteAddress', 'remoteFamily', 'localAddress', 'localFamily'];
const server = net.createServer((peer) => {
  state('peer', peer, ...FIELDS);
  log('peer', 'address', peer.address());
  log('peer', 'port', peer.localPort === server.address().port);
  peer.end();
  server.close();
}).listen(0, '127.0.0.1', () => {
  const port = server.address().port;
  const client = net.connect(port, '127.0.0.1');
  state('client', client, ...FIELDS, 'remotePort', 'localPort');
  client.on('connect', () => {
    state('client', client, ...FIELDS);
    log('client', 'address', client.address());
    log('client', 'ports', client.remotePort === port, client.localPort === client.address().port);
  });
  client.resume();
});
