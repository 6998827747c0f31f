serve({}, (server) => {
  server.on('connection', (peer) => {
    peer.on('error', () => {});
    peer.resume();
    peer.on('end', () => server.close());
  });
  const client = watch('client', net.connect(target(server)));
  client.once('connect', () => {
    client.destroy();
    client.once('close', () => {
      state('client', client, 'destroyed', 'readyState', 'writable', 'readable');
    });
  });
});
