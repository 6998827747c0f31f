const server = net.createServer((peer) => {
  log('server', 'connections', server._connections);
  peer.resume();
  peer.on('close', () => log('server', 'connections', server._connections));
});
server.listen(endpoint(), () => {
  log('server', 'connections', server._connections);
  const client = net.connect(target(server), () => client.end());
  client.resume().on('close', () => server.close());
});
