const DATA = Buffer.alloc(5000000, 'large echo ');
pair((client, peer) => {
  peer.pipe(peer);
  const chunks = [];
  client.on('data', (chunk) => chunks.push(chunk));
  client.on('end', () => log('client', 'same', Buffer.concat(chunks).equals(DATA)));
  watch('client', client, 'finish', 'end', 'error', 'close').end(DATA);
  peer.on('close', () => state('peer', peer, 'bytesRead', 'bytesWritten'));
});
