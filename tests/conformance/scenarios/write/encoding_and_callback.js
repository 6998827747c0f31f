pair((client, peer) => {
  client.resume();
  collect('peer', peer);
  client.write('6162', 'hex', done('client', 'written'));
  client.end();
});
