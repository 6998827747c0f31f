pair((client, peer) => {
  watch('client', client);
  observe('peer', peer);
  peer.pause();
  client.end('unread');
  client.on('finish', () => later(0.03, () => {
    state('client', client, 'readyState', 'destroyed');
    log('peer', 'reading');
    peer.resume();
  }));
});
