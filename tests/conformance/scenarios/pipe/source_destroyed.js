pair((client, peer) => {
  pair((other, sink) => {
    watch('other', other, 'pipe', 'unpipe', 'finish', 'error', 'close').resume();
    watch('sink', sink, 'data', 'end', 'close');
    client.on('error', () => {}).resume();
    peer.pipe(other);
    client.write('some');
    sink.once('data', () => peer.destroy());
    peer.on('close', () => later(0.02, () => {
      state('other', other, 'writable', 'destroyed');
      other.destroy();
    }));
  });
});
