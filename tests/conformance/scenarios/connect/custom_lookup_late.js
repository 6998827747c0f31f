const server = net.createServer((peer) => {
  peer.end();
  server.close();
});
server.listen(0, '127.0.0.1', () => {
  const lookup = (host, options, callback) => later(0.01, () => callback(null, '127.0.0.1', 4));
  const client = net.connect({ port: server.address().port, host: 'somewhere.test', lookup });
  watch('client', client);
  client.on('lookup', () => state('client', client, 'connecting', 'pending', 'readyState'));
});
