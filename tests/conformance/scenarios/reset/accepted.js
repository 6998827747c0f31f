const server = net.createServer((peer) => {
  watch('peer', peer);
  server.close();
  later(0.01, () => peer.resetAndDestroy());
}).listen(0, '127.0.0.1', () => {
  watch('client', net.connect(server.address().port, '127.0.0.1'));
});
