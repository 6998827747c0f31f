const server = net.createServer((peer) => {
  peer.end();
  server.close();
});
server.listen(0, '127.0.0.1', () => {
  const client = net.connect({ port: server.address().port, host: 'localhost', family: 4 });
  watch('client', client);
  client.on('connect', () => state('client', client, 'remoteAddress', 'remoteFamily'));
});
