pair((client, peer) => {
  watch('client', client);
  watch('peer', peer);
  client.destroy(new Error('on purpose'));
  state('client', client, 'destroyed', 'errored', 'closed');
  client.on('error', () => state('client', client, 'errored', 'closed'));
  client.on('close', () => state('client', client, 'errored', 'closed', 'readableAborted'));
});
