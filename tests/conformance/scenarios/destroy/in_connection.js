serve({}, (server) => {
  server.on('connection', (peer) => {
    watch('peer', peer);
    peer.destroy();
    server.close();
  });
  watch('client', net.connect(target(server)), 'connect', 'ready', 'data', 'end', 'error', 'close');
});
