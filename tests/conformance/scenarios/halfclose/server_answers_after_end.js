const FIELDS = ['allowHalfOpen', 'readyState', 'readable', 'writable', 'writableEnded'];
pair({ server: { allowHalfOpen: true } }, (client, peer) => {
  watch('client', client);
  watch('peer', peer);
  state('peer', peer, ...FIELDS);
  peer.on('end', () => {
    state('peer', peer, ...FIELDS);
    later(0.02, () => {
      state('peer', peer, ...FIELDS);
      peer.end('the answer');
    });
  });
  client.end('the question');
  client.on('finish', () => state('client', client, ...FIELDS));
});
