pair((client, peer) => {
  log('client', client.unref() === client, client.ref() === client);
  watch('client', client);
  peer.end();
});
