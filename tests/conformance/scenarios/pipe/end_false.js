pair((client, peer) => {
  pair((other, sink) => {
    watch('sink', sink);
    watch('other', other);
    peer.pipe(other, { end: false });
    peer.on('end', () => later(0.02, () => {
      log('other', 'writable', other.writable);
      other.end(' the end');
    }));
    watch('client', client, 'finish', 'end', 'close').end('piped');
    client.resume();
  });
});
