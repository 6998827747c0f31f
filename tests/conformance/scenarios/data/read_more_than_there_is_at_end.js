pair((client, peer) => {
  observe('client', client);
  peer.end('tail');
  client.on('readable', () => {
    log('client', 'readable', client.readableLength);
    let chunk;
    while ((chunk = client.read(10)) !== null) log('client', 'read', chunk);
  });
});
