serve({}, (server) => {
  server.on('connection', (peer) => {
    peer.write('first');
    peer.once('data', () => peer.end('second'));
    server.close();
  });
  const buffer = Buffer.alloc(4);
  const client = net.connect({
    ...target(server),
    onread: {
      buffer,
      callback: (count, filled) => {
        log('client', 'read', count, filled.subarray(0, count));
        if (filled[0] === 't'.charCodeAt(0)) client.write('next');
        return true;
      },
    },
  });
  watch('client', client);
});
