pair((client, peer) => {
  watch('client', client);
  watch('peer', peer, 'data', 'end', 'close');
  client.destroy();
  attempt('client', 'write', () => client.write('nothing', done('client', 'written')));
  client.on('close', () => {
    attempt('client', 'write', () => client.write('nothing', done('client', 'written again')));
  });
});
