const FIELDS = ['writableLength', 'writableNeedDrain', 'bufferSize', 'bytesWritten'];
pair((client, peer) => {
  watch('client', client);
  peer.resume();
  log('client', 'write', client.write(Buffer.alloc(16384)));
  state('client', client, ...FIELDS);
  client.end();
});
