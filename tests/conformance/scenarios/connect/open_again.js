const server = net.createServer((peer) => peer.resume());
server.listen(path('s'), () => {
  const client = net.connect(path('s'));
  client.on('ready', () => {
    observe('client', client);
    client.on('close', () => server.close());
    attempt('client', 'connect', () => client.connect(path('s')) === client);
    state('client', client, 'connecting');
  });
});
