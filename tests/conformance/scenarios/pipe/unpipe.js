pair((client, peer) => {
  pair((other, sink) => {
    watch('sink', sink, 'data', 'end', 'close');
    watch('other', other, 'pipe', 'unpipe', 'finish', 'close').resume();
    peer.pipe(other);
    client.write('through');
    sink.once('data', () => {
      log('peer', 'itself', peer.unpipe(other) === peer);
      state('peer', peer, 'readableFlowing');
      watch('peer', peer, 'data', 'resume', 'end', 'finish', 'close');
      peer.resume();
      client.end('kept back');
      client.resume();
      peer.on('end', () => other.end());
    });
  });
});
