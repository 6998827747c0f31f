serve({}, (server) => {
  server.on('connection', (peer) => peer.end());
  const client = net.connect(target(server), () => log('client', 'listener'));
  log('client', 'count', client.listenerCount('connect'));
  client.resume();
  client.on('close', () => {
    log('client', 'close', client.listenerCount('connect'));
    server.close();
  });
});
