const server = watch('server', net.createServer());
server.listen(endpoint(), () => log('server', 'callback'));
server.close(done('server', 'closed'));
state('server', server, 'listening');
