const server = net.createServer((peer) => peer.end('unix'));
server.listen(path('s'), () => {
  const client = net.connect(path('s'), () => {
    log('client', 'listener');
    server.close();
  });
  watch('client', client);
  state('client', client, 'connecting', 'readyState');
});
