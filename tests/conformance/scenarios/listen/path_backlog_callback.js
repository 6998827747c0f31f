const server = watch('server', net.createServer());
server.listen(path('s'), 5, () => {
  log('server', 'callback', server.address());
  server.close();
});
