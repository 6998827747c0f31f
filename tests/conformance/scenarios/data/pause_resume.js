pair((client, peer) => {
  watch('client', client);
  state('client', client, 'readableFlowing');
  log('client', 'itself', client.pause() === client);
  log('client', 'paused', client.isPaused());
  state('client', client, 'readableFlowing');
  peer.end('waiting');
  later(0.03, () => {
    log('client', 'resuming');
    client.resume();
    log('client', 'paused', client.isPaused());
    state('client', client, 'readableFlowing');
  });
});
