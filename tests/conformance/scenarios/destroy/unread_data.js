pair((client, peer) => {
  observe('client', client);
  watch('peer', peer, 'finish');
  peer.on('error', () => {}).resume();
  peer.write('never read', () => later(0.02, () => {
    state('client', client, 'readableLength');
    client.destroy();
    state('client', client, 'readableLength', 'readableAborted');
  }));
});
