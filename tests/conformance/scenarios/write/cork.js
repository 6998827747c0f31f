pair((client, peer) => {
  watch('client', client);
  watch('peer', peer);
  client.cork();
  state('client', client, 'writableCorked');
  log('client', 'write', client.write('a', done('client', 'written a')));
  log('client', 'write', client.write('b', done('client', 'written b')));
  state('client', client, 'writableLength', 'bytesWritten');
  client.cork();
  client.uncork();
  state('client', client, 'writableCorked', 'writableLength');
  client.write('c', done('client', 'written c'));
  client.uncork();
  state('client', client, 'writableCorked', 'writableLength', 'bytesWritten');
  peer.once('data', () => client.end());
});
