pair((client, peer) => {
  observe('client', client);
  client.pause();
  peer.end('unread');
  peer.on('finish', () => later(0.03, () => {
    state('client', client, 'readable', 'readableEnded', 'readableLength', 'readyState');
    client.destroy();
  }));
});
