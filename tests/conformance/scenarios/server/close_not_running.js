const server = watch('server', net.createServer());
log('server', 'itself', server.close(done('server', 'closed')) === server);
state('server', server, 'listening');
