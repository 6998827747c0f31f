pair((client, peer) => {
  watch('client', client);
  peer.resume();
  client.end();
  client.on('close', () => {
    attempt('client', 'end', () => client.end());
    attempt('client', 'end', () => client.end('x', done('client', 'ended')));
  });
});
