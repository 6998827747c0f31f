serve({}, (server) => {
  server.on('connection', (peer) => {
    peer.end('abcdefgh');
    server.close();
  });
  let buffers = 0;
  const client = net.connect({
    ...target(server),
    onread: {
      buffer: () => Buffer.alloc(buffers += 1),
      callback: (count, filled) => {
        log('client', 'read', filled.length, filled.subarray(0, count));
      },
    },
  });
  watch('client', client);
  client.on('close', () => state('client', client, 'bytesRead'));
});
