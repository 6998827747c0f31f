const server = net.createServer((peer) => peer.on('error', () => {}).resume());
server.listen(0, '127.0.0.1', () => {
  const client = observe('client', new net.Socket());
  client.on('close', () => server.close());
  client.on('connectionAttempt', () => log('client', 'attempt'));
  client.connect(target(server), () => log('client', 'first'));
  client.connect(target(server), () => log('client', 'second'));
  state('client', client, 'readyState', 'connecting');
});
