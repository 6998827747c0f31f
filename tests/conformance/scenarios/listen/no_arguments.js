const server = watch('server', net.createServer());
server.listen();
server.on('listening', () => {
  log('server', 'address', server.address());
  server.close();
});
