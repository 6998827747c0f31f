const server = watch('server', net.createServer());
server.listen(0, null, 5, () => {
  log('server', 'callback', server.address());
  server.close();
});
