pair((client, peer) => {
  peer.write('\u20ac');
  client.once('readable', () => {
    state('client', client, 'readableLength');
    client.setEncoding('utf8');
    state('client', client, 'readableLength');
    watch('client', client);
    peer.end();
  });
});
