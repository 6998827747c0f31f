pair((client, peer) => {
  collect('peer', peer);
  watch('client', client);
  log('client', 'write', client.write('', done('client', 'written 1')));
  log('client', 'write', client.write(Buffer.alloc(0), done('client', 'written 2')));
  state('client', client, 'writableLength', 'bytesWritten');
  client.end('', done('client', 'ended'));
});
