serve({}, (server) => {
  server.on('connection', (peer) => {
    peer.on('error', () => {});
    peer.write('hello');
    server.close();
  });
  const client = observe('client', new net.Socket());
  client.destroy();
  client.connect(target(server), () => client.on('data', (chunk) => {
    log('client', 'data', chunk);
    client.destroy();
  }));
  state('client', client, 'destroyed', 'readyState', 'connecting');
});
