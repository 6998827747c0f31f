const FIELDS = ['connecting', 'pending', 'readyState', 'destroyed', 'readable', 'writable'];
serve({}, (server) => {
  server.on('connection', (peer) => {
    peer.end();
    server.close();
  });
  const client = watch('client', new net.Socket());
  state('client', client, ...FIELDS);
  const returned = client.connect(target(server), () => {
    log('client', 'listener');
    state('client', client, ...FIELDS);
  });
  log('client', 'itself', returned === client);
  state('client', client, ...FIELDS);
  client.on('close', () => state('client', client, ...FIELDS));
});
