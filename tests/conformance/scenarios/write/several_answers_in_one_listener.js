pair((client, peer) => {
  watch('peer', peer);
  collect('client', client);
  peer.once('data', () => {
    for (let i = 0; i < 16; i += 1) {
      log('peer', 'write', peer.write(`${i};`, done('peer', `written ${i}`)));
    }
    state('peer', peer, 'bytesWritten', 'writableLength');
    client.end();
  });
  client.write('go');
});
