pair((client, peer) => {
  pair((other, sink) => {
    sink.on('error', () => {}).resume();
    watch('other', other, 'pipe', 'unpipe', 'error', 'close');
    watch('peer', peer, 'pause', 'end', 'error', 'close');
    peer.pipe(other);
    client.resume();
    other.destroy();
    other.on('close', () => later(0.01, () => {
      state('peer', peer, 'readableFlowing', 'destroyed');
      client.destroy();
      peer.resume();
    }));
  });
});
