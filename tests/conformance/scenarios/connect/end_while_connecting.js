serve({}, (server) => {
  server.on('connection', (peer) => {
    collect('peer', peer);
    server.close();
  });
  const client = watch('client', net.connect(target(server)));
  client.end('early', done('client', 'ended'));
  state('client', client, 'writable', 'writableEnded', 'writableFinished', 'readyState', 'connecting');
  client.on('connect', () => state('client', client, 'writable', 'readyState'));
});
