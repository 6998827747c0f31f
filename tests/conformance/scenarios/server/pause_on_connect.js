serve({ pauseOnConnect: true }, (server) => {
  server.on('connection', (peer) => {
    state('peer', peer, 'readableFlowing');
    log('peer', 'paused', peer.isPaused());
    observe('peer', peer);
    later(0.05, () => {
      state('peer', peer, 'bytesRead', 'readableLength');
      peer.on('data', (chunk) => log('peer', 'data', chunk));
      peer.resume();
    });
    server.close();
  });
  net.connect(target(server)).end('patience').resume();
});
