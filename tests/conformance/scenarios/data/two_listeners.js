pair((client, peer) => {
  watch('client', client);
  client.on('data', (chunk) => log('client', 'second', chunk));
  client.prependListener('data', (chunk) => log('client', 'zeroth', chunk));
  peer.end('both');
});
