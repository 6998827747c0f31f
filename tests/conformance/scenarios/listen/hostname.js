const server = watch('server', net.createServer());
server.listen(0, 'localhost', () => {
  log('server', 'callback', server.address());
  server.close();
});
