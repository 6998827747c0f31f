pair((client, peer) => {
  peer.resume();
  client.resume();
  log('client', client.setNoDelay() === client, client.setNoDelay(false) === client);
  log('client', client.setKeepAlive() === client, client.setKeepAlive(true, 5000) === client);
  log('client', client.setKeepAlive(false) === client, client.setKeepAlive(true) === client);
  client.end();
});
