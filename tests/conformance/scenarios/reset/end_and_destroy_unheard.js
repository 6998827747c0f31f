// The end of a connection that was reset, which a paused socket has not heard of, is not sent when
// it is destroyed in the same step.
const how = {
  nothing: () => {},
  destroy: (peer) => peer.destroy(),
  fail: (peer) => peer.destroy(new Error('broken')),
  write: (peer) => peer.write('x', done('write', 'write')),
};
for (const [name, act] of Object.entries(how)) {
  const server = net.createServer({ pauseOnConnect: true }, (peer) => {
    server.close();
    watch(name, peer, 'finish', 'end', 'error', 'close');
    later(0.1, () => {
      peer.end(done(name, 'end'));
      act(peer);
      later(0.05, () => peer.destroy());
    });
  });
  server.listen(0, '127.0.0.1', () => {
    const client = net.connect(target(server));
    client.on('connect', () => {
      client.write('a', () => later(0.03, () => client.resetAndDestroy()));
    });
  });
}
