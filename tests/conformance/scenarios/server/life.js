const server = watch('server', net.createServer());
state('server', server, 'listening', 'maxConnections');
log('server', 'address', server.address());
const returned = server.listen({ ...endpoint(), backlog: 10 }, () => {
  log('server', 'callback');
  state('server', server, 'listening');
  log('server', 'address', server.address());
  log('server', 'close itself', server.close(done('server', 'closed')) === server);
  state('server', server, 'listening');
});
log('server', 'listen itself', returned === server);
state('server', server, 'listening');
