pair((client, peer) => {
  pair((other, sink) => {
    watch('other', other, 'pipe', 'unpipe', 'finish', 'close').resume();
    watch('client', client, 'pipe', 'unpipe');
    sink.resume();
    peer.pipe(other);
    peer.pipe(client);
    peer.unpipe();
    peer.unpipe();
    other.end();
    peer.destroy();
    client.destroy();
  });
});
