pair((client, peer) => {
  peer.resume();
  client.resume();
  const callback = () => log('client', 'never');
  client.setTimeout(1000, callback);
  log('client', 'count', client.listenerCount('timeout'));
  client.setTimeout(0, callback);
  log('client', 'count', client.listenerCount('timeout'));
  client.end();
});
