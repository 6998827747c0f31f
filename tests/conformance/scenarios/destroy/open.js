const FIELDS = ['destroyed', 'closed', 'readyState', 'readable', 'writable', 'pending', 'errored'];
pair((client, peer) => {
  watch('client', client);
  watch('peer', peer);
  log('client', 'itself', client.destroy() === client);
  state('client', client, ...FIELDS);
  client.on('close', () => state('client', client, ...FIELDS));
});
