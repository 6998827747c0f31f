pair((client, peer) => {
  watch('client', client, 'end', 'error', 'close').resume();
  watch('peer', peer);
  peer.on('end', () => later(0.02, () => {
    attempt('peer', 'write', () => peer.write('too late', done('peer', 'written')));
  }));
  client.end();
});
