const server = net.createServer((peer) => {
  watch('peer', peer);
  server.close();
}).listen(0, '127.0.0.1', () => {
  const client = watch('client', net.connect(server.address().port, '127.0.0.1'));
  server.on('connection', () => later(0.01, () => {
    log('client', 'itself', client.resetAndDestroy() === client);
    state('client', client, 'destroyed', 'readyState');
  }));
});
