serve({}, (server) => {
  server.on('connection', (peer) => {
    peer.resume();
    const options = target(server);
    server.close();
    const late = watch('late', net.connect(options), 'connect', 'close');
    late.on('error', (error) => log('late', 'error', error.syscall));
    late.on('close', () => client.end());
  });
  const client = watch('client', net.connect(target(server)));
});
