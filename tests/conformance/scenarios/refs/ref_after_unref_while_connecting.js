serve({}, (server) => {
  server.on('connection', (peer) => {
    server.close();
    peer.resume();
    later(0.03, () => peer.end());
  });
  const client = watch('client', net.connect(target(server)));
  client.unref();
  client.ref();
});
