const server = net.createServer();
attempt('server', 'boolean', () => server.listen(true));
attempt('server', 'fd', () => server.listen({ fd: -1 }));
state('server', server, 'listening');
