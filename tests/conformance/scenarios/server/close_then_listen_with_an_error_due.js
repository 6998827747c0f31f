const server = watch('server', net.createServer());
server.listen(path('missing/socket'));
server.close(done('server', 'closed'));
server.listen(endpoint());
later(0.05, () => {
  state('server', server, 'listening');
  server.close();
});
