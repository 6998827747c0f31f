pair((client, peer) => {
  watch('client', client);
  peer.resume();
  client.setTimeout(30);
  later(0.25, () => {
    log('client', 'writing');
    client.write('x');
    later(0.25, () => client.end());
  });
});
