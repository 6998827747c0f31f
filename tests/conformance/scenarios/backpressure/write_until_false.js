const CHUNK = Buffer.alloc(1 << 20);
pair((client, peer) => {
  watch('client', client, 'drain', 'finish', 'error', 'close').resume();
  peer.pause();
  let writes = 0;
  while (client.write(CHUNK) && writes < 100) writes += 1;
  log('client', 'stopped', writes < 100);
  state('client', client, 'writableNeedDrain');
  log('client', 'some queued', client.writableLength > 0);
  later(0.05, () => {
    log('client', 'resuming');
    peer.resume();
  });
  client.once('drain', () => {
    state('client', client, 'writableNeedDrain', 'writableLength');
    client.end();
  });
  peer.on('end', () => log('peer', 'all', peer.bytesRead === (writes + 1) * CHUNK.length));
});
