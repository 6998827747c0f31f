const FIELDS = ['bytesRead', 'bytesWritten', 'bufferSize'];
pair((client, peer) => {
  watch('client', client);
  watch('peer', peer);
  client.write('12345');
  peer.once('data', () => {
    state('peer', peer, ...FIELDS);
    peer.end('678');
  });
  client.on('close', () => state('client', client, ...FIELDS));
  peer.on('close', () => state('peer', peer, ...FIELDS));
});
