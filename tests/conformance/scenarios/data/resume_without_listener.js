pair((client, peer) => {
  observe('client', client);
  client.resume();
  peer.end('thrown away');
  client.on('close', () => state('client', client, 'bytesRead', 'readableDidRead', 'readableLength'));
});
