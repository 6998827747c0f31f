const DATA = Buffer.alloc(16 << 20);
pair((client, peer) => {
  watch('client', client, 'finish', 'end', 'close').resume();
  peer.pause();
  client.end(DATA);
  later(0.1, () => {
    log('peer', 'little read', peer.bytesRead < 1 << 20);
    log('client', 'unsent', client.writableLength > 0);
    collect('peer', peer);
    peer.resume();
  });
});
