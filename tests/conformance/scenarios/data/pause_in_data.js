pair((client, peer) => {
  watch('client', client);
  client.once('data', () => {
    client.pause();
    peer.write('second');
    later(0.03, () => {
      log('client', 'resuming');
      client.resume();
      peer.end();
    });
  });
  peer.write('first');
});
