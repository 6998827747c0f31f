const server = watch('server', net.createServer());
server.listen(endpoint());
server.close(done('server', 'closed'));
server.listen(endpoint());
state('server', server, 'listening');
later(0.05, () => {
  state('server', server, 'listening');
  server.close(done('server', 'closed again'));
});
