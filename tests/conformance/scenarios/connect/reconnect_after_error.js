nowhere((refused) => {
  const client = watch('client', net.connect(refused));
  client.once('close', () => {
    serve({}, (server) => {
      server.on('connection', (peer) => {
        watch('peer', peer);
        server.close();
      });
      client.connect(target(server), () => client.end('again'));
    });
  });
});
