const server = net.createServer((peer) => {
  peer.resume();
  server.close();
}).listen(0, '127.0.0.1', () => {
  const client = watch('client', net.connect(server.address().port, '127.0.0.1'));
  client.on('ready', () => {
    client.destroy();
    attempt('client', 'reset', () => client.resetAndDestroy() === client);
  });
  client.on('close', () => attempt('client', 'reset', () => client.resetAndDestroy() === client));
});
