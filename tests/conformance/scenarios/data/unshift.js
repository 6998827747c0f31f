pair((client, peer) => {
  peer.write('header\nbody');
  client.once('data', (chunk) => {
    client.pause();
    log('client', 'header', chunk.subarray(0, 6));
    client.unshift(chunk.subarray(7));
    state('client', client, 'readableLength', 'bytesRead');
    watch('client', client);
    client.resume();
    peer.end(' more');
  });
});
