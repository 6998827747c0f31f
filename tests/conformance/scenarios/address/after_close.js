const FIELDS = ['remoteAddress', 'remoteFamily', 'localAddress', 'localFamily'];
const server = net.createServer((peer) => {
  peer.end();
  server.close();
}).listen(0, '127.0.0.1', () => {
  const port = server.address().port;
  const client = net.connect(port, '127.0.0.1');
  client.on('connect', () => {
    state('client', client, ...FIELDS);
    log('client', 'port', client.remotePort === port);
  });
  client.on('close', () => {
    state('client', client, ...FIELDS);
    log('client', 'port', client.remotePort === port);
  });
  client.resume();
});
