const server = net.createServer({ allowHalfOpen: true }, (peer) => {
  state('peer', peer, 'allowHalfOpen');
  peer.end();
  peer.resume();
  server.close();
});
server.listen(endpoint(), () => net.connect(target(server)).resume());
