pair((client, peer) => {
  watch('client', client);
  peer.resume();
  const returned = client.setTimeout(50);
  log('client', 'itself', returned === client);
  log('client', 'timeout', client.timeout / 1000);
  client.on('timeout', () => {
    state('client', client, 'destroyed', 'readyState');
    client.end();
  });
});
