const server = net.createServer((peer) => {
  peer.on('data', () => peer.resetAndDestroy());
  server.close();
}).listen(0, '127.0.0.1', () => {
  const client = watch('client', net.connect(server.address().port, '127.0.0.1'));
  client.write('x');
  client.on('close', () => {
    state('client', client, 'destroyed', 'bytesRead', 'readableEnded', 'readableAborted');
  });
});
