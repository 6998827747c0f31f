serve({}, (server) => {
  server.on('connection', (peer) => {
    watch('peer', peer, 'data', 'end', 'close');
    server.close();
  });
  pair((client, peer) => {
    const outer = net.connect(target(server));
    watch('outer', outer, 'pipe', 'connect', 'unpipe', 'finish', 'close').resume();
    peer.pipe(outer);
    client.resume();
    client.end('early bytes');
  });
});
