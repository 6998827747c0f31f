const server = watch('server', net.createServer());
server.unref();
server.listen(0, '127.0.0.1', () => {
  log('server', 'listening');
  server.close();
});
