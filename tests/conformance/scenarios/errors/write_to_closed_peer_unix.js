const server = net.createServer((peer) => {
  peer.destroy();
  server.close();
}).listen(path('s'), () => {
  const client = net.connect({ path: path('s'), allowHalfOpen: true });
  watch('client', client);
  client.on('end', () => later(0.01, () => {
    log('client', 'write', client.write('nobody there', done('client', 'written')));
    state('client', client, 'destroyed');
  }));
});
