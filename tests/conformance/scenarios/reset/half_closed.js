const server = net.createServer({ allowHalfOpen: true }, (peer) => {
  watch('peer', peer);
  server.close();
  peer.on('end', () => later(0.01, () => peer.resetAndDestroy()));
}).listen(0, '127.0.0.1', () => {
  watch('client', net.connect(server.address().port, '127.0.0.1')).end('question');
});
