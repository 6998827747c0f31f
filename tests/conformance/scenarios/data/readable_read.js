pair((client, peer) => {
  observe('client', client);
  client.on('readable', () => {
    for (let chunk; (chunk = client.read()) !== null;) log('client', 'read', chunk);
    log('client', 'read nothing');
  });
  peer.write('one');
  peer.on('data', () => peer.end());
  client.once('readable', () => client.write('next'));
});
