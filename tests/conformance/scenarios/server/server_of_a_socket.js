const own = (socket) => log('peer', 'server', socket.server === server);
const server = serve({}, () => {
  const client = net.connect(target(server));
  state('client', client, 'server');
  client.resume();
});
server.on('connection', (peer) => {
  own(peer);
  peer.on('close', () => {
    own(peer);
    later(0.01, () => own(peer));
  });
  peer.destroy();
  own(peer);
  server.close();
});
