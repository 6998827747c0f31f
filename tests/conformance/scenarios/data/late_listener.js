pair((client, peer) => {
  observe('client', client);
  peer.end('early bird', () => later(0.03, () => {
    state('client', client, 'bytesRead', 'readableLength', 'readableEnded', 'readableFlowing');
    client.on('data', (chunk) => log('client', 'data', chunk));
  }));
});
