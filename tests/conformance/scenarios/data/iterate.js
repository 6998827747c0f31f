pair((client, peer) => {
  watch('client', client, 'error');
  peer.write('one');
  peer.on('data', (chunk) => (chunk.length === 1 ? peer.end('two') : peer.write('more')));
  (async () => {
    let chunks = 0;
    for await (const chunk of client) {
      log('client', 'chunk', chunk);
      chunks += 1;
      client.write('x'.repeat(3 - chunks));
    }
    log('client', 'after', chunks);
  })();
});
