const server = watch('server', net.createServer());
server.listen(0, '127.0.0.1', 5, () => {
  log('server', 'callback', server.address());
  server.close();
});
