const server = watch('server', net.createServer());
server.listen(() => {
  log('server', 'callback', server.address());
  server.close();
});
