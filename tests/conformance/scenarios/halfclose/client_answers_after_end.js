const FIELDS = ['allowHalfOpen', 'readyState', 'readable', 'writable', 'writableEnded'];
pair({ client: { allowHalfOpen: true } }, (client, peer) => {
  watch('client', client);
  watch('peer', peer);
  state('client', client, ...FIELDS);
  client.on('end', () => later(0.02, () => {
    state('client', client, ...FIELDS);
    log('client', 'write', client.write('more'));
    client.end();
  }));
  peer.end('first');
});
