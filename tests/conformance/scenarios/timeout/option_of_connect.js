serve({}, (server) => {
  server.on('connection', (peer) => {
    peer.resume();
    server.close();
  });
  const client = watch('client', net.connect({ ...target(server), timeout: 50 }));
  log('client', 'timeout', client.timeout / 1000);
  client.on('timeout', () => client.destroy());
});
