serve({}, (server) => {
  server.on('connection', (peer) => {
    peer.end('late');
    server.close();
  });
  const client = watch('client', net.connect(target(server)));
  client.pause();
  client.on('ready', () => {
    log('client', 'paused', client.isPaused());
    later(0.03, () => client.resume());
  });
});
