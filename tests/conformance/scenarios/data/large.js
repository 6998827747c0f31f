const DATA = Buffer.alloc(1 << 20, 'abcdefghijk');
pair((client, peer) => {
  watch('client', client, 'end', 'finish', 'error', 'close').resume();
  collect('peer', peer).removeAllListeners('pause').removeAllListeners('drain');
  client.end(DATA);
  peer.on('end', () => state('peer', peer, 'bytesRead'));
  client.on('finish', () => state('client', client, 'bytesWritten', 'writableLength'));
});
