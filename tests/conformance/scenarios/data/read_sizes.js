pair((client, peer) => {
  observe('client', client);
  client.once('readable', () => {
    log('client', 'read', client.read(2));
    state('client', client, 'readableLength');
    log('client', 'read', client.read(100));
    log('client', 'read', client.read(0));
    log('client', 'read', client.read(3));
    state('client', client, 'readableLength');
    log('client', 'read', client.read());
    log('client', 'read', client.read());
    state('client', client, 'readableLength', 'bytesRead', 'readableDidRead');
    peer.end();
    client.resume();
  });
  peer.write('0123456789');
});
