pair((client, peer) => {
  watch('client', client);
  watch('peer', peer, 'end', 'close').resume();
  peer.on('error', () => {});
  client.on('data', () => client.destroy());
  client.on('data', () => log('client', 'second listener'));
  peer.write('one');
});
