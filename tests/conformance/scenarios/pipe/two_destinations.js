pair((client, peer) => {
  pair((other, sink) => {
    collect('sink', sink);
    collect('client', client);
    other.resume();
    peer.pipe(other);
    peer.pipe(peer);
    client.end('to both');
  });
});
