const server = net.createServer((peer) => peer.end());
server.listen('0', '127.0.0.1', () => {
  const client = net.connect(String(server.address().port), '127.0.0.1');
  watch('client', client);
  client.on('connect', () => server.close());
});
