serve({}, (server) => {
  server.on('connection', (peer) => {
    collect('peer', peer);
    server.close();
  });
  const client = watch('client', net.connect(target(server)));
  log('client', 'write', client.write(Buffer.alloc(20000, 'a'), done('client', 'written 1')));
  log('client', 'write', client.write('b', done('client', 'written 2')));
  log('client', 'write', client.write('c', done('client', 'written 3')));
  client.on('drain', () => client.end());
});
