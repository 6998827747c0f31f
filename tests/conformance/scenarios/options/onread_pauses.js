serve({}, (server) => {
  server.on('connection', (peer) => {
    peer.end('abc');
    server.close();
  });
  const client = net.connect({
    ...target(server),
    onread: {
      buffer: Buffer.alloc(1),
      callback: (count, filled) => {
        log('client', 'read', filled);
        later(0.005, () => {
          log('client', 'goes on');
          client.resume();
        });
        return false;
      },
    },
  });
  watch('client', client, 'end', 'close');
});
