const FIELDS = ['readyState', 'readable', 'writable', 'writableEnded', 'writableFinished'];
pair((client, peer) => {
  watch('client', client);
  watch('peer', peer);
  log('client', 'itself', client.end() === client);
  state('client', client, ...FIELDS);
  client.on('finish', () => state('client', client, ...FIELDS));
  client.on('end', () => state('client', client, ...FIELDS));
  peer.on('end', () => state('peer', peer, ...FIELDS));
  peer.on('finish', () => state('peer', peer, ...FIELDS));
});
