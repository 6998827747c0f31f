// The listeners of a flowing socket are removed; then the peer ends, or sends and ends.
function play(name, more) {
  serve({}, (server) => {
    const client = net.connect(target(server));
    server.on('connection', (peer) => {
      server.close();
      watch(name, peer);
      peer.once('data', () => {
        peer.removeAllListeners();
        for (const event of ['end', 'finish']) peer.on(event, () => log(name, event));
        peer.on('close', (hadError) => log(name, 'close', hadError ?? false));
        peer.write('seen');
        later(0.3, () => {
          log(name, peer.readableFlowing, peer.readableLength, peer.destroyed);
          peer.destroy();
        });
      });
    });
    client.write('first');
    client.once('data', () => client.end(more));
  });
}
play('ends');
play('sends', 'second');
