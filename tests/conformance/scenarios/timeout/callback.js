pair((client, peer) => {
  watch('client', client);
  peer.resume();
  client.setTimeout(30, () => {
    log('client', 'callback', client.listenerCount('timeout'));
    client.destroy();
  });
});
