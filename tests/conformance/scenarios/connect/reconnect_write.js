serve({}, (server) => {
  let connections = 0;
  server.on('connection', (peer) => {
    connections += 1;
    watch(`peer ${connections}`, peer);
    if (connections === 2) server.close();
  });
  const client = watch('client', net.connect(target(server)));
  client.end('first');
  client.once('close', () => {
    client.connect(target(server));
    client.end('second');
  });
});
