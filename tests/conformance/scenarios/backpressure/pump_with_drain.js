const CHUNK = Buffer.alloc(100000, 'pump');
pair((client, peer) => {
  let left = 100;
  const pump = () => {
    while (left > 0) {
      left -= 1;
      if (!client.write(CHUNK)) return;
    }
    client.end();
  };
  client.on('drain', pump).resume();
  client.on('finish', () => state('client', client, 'bytesWritten', 'writableLength'));
  watch('peer', peer, 'end', 'error', 'close').resume();
  peer.on('close', () => state('peer', peer, 'bytesRead'));
  pump();
});
