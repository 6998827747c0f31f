const server = net.createServer((peer) => {
  peer.end('unix');
  server.close();
});
server.listen(path('s'), () => {
  const client = net.connect(path('s'), () => log('client', 'listener'));
  watch('client', client);
  state('client', client, 'connecting', 'readyState');
});
