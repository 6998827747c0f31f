pair((client, peer) => {
  observe('client', client);
  client.pause();
  client.on('data', (chunk) => log('client', 'data', chunk));
  peer.write('abcdef');
  client.once('readable', () => {
    log('client', 'before');
    log('client', 'read', client.read(4));
    log('client', 'after');
    peer.end();
    client.on('readable', () => log('client', 'rest', client.read()));
  });
});
