const FIELDS = ['writableLength', 'writableNeedDrain', 'writableHighWaterMark', 'bufferSize'];
serve({}, (server) => {
  server.on('connection', (peer) => {
    collect('peer', peer);
    server.close();
  });
  const client = watch('client', net.connect({ ...target(server), highWaterMark: 10 }));
  log('client', 'write', client.write('12345'));
  state('client', client, ...FIELDS);
  log('client', 'write', client.write('1234'));
  state('client', client, ...FIELDS);
  log('client', 'write', client.write('1'));
  state('client', client, ...FIELDS);
  log('client', 'write', client.write('more'));
  state('client', client, ...FIELDS);
  client.on('drain', () => {
    state('client', client, ...FIELDS);
    client.end();
  });
});
