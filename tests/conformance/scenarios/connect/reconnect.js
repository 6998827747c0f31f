serve({}, (server) => {
  let connections = 0;
  server.on('connection', (peer) => {
    connections += 1;
    peer.end(`connection ${connections}`);
    if (connections === 2) server.close();
  });
  const client = watch('client', net.connect(target(server)));
  client.once('close', () => {
    state('client', client, 'destroyed', 'closed', 'readyState', 'bytesRead');
    client.connect(target(server));
    state('client', client, 'destroyed', 'closed', 'readyState', 'connecting', 'bytesRead');
    client.once('close', () => state('client', client, 'destroyed', 'bytesRead'));
  });
});
