const server = net.createServer((peer) => {
  peer.end();
  server.close();
});
server.listen('0', '127.0.0.1', () => {
  watch('client', net.connect(String(server.address().port), '127.0.0.1'));
});
