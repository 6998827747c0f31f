serve({}, (server) => {
  server.on('connection', (peer) => {
    collect('peer', peer);
    server.close();
  });
  const client = watch('client', net.connect(target(server)));
  log('client', 'write', client.write('one ', done('client', 'written 1')));
  log('client', 'write', client.write('two', done('client', 'written 2')));
  state('client', client, 'bytesWritten', 'bufferSize', 'writableLength', 'pending');
  client.on('connect', () => state('client', client, 'bytesWritten', 'writableLength'));
  client.on('ready', () => client.end());
});
