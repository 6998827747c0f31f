pair((client, peer) => {
  watch('client', client);
  client.once('data', () => {
    client.pause();
    client.resume();
    client.pause();
    client.resume();
    peer.end('second');
  });
  peer.write('first');
});
