const server = net.createServer().listen(0, '127.0.0.1', () => {
  server.close();
  log('server', 'address', server.address());
});
