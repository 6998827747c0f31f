const DATA = Buffer.alloc(16 << 20);
pair({ server: { highWaterMark: 100 } }, (client, peer) => {
  client.on('error', () => {});
  client.write(DATA);
  state('peer', peer, 'readableHighWaterMark', 'writableHighWaterMark');
  peer.once('readable', () => later(0.05, () => {
    log('peer', 'bounded', peer.readableLength <= 65536 && peer.readableLength >= 100);
    peer.destroy();
    client.destroy();
  }));
});
