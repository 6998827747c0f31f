serve({}, (server) => {
  let connections = 0;
  server.on('connection', (peer) => {
    connections += 1;
    log('server', 'connection', connections);
    peer.on('error', () => {});
    peer.write(`connection ${connections}`);
    if (connections === 2) server.close();
  });
  const client = observe('client', net.connect(target(server)));
  client.once('connect', () => {
    client.destroy(new Error('given up'));
    client.connect(target(server), () => client.on('data', (chunk) => {
      log('client', 'data', chunk);
      client.destroy();
    }));
    state('client', client, 'destroyed', 'closed', 'readyState', 'connecting', 'writable', 'readable');
  });
});
