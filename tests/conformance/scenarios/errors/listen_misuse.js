const server = net.createServer();
attempt('server', 'host only', () => server.listen({ host: '127.0.0.1' }));
attempt('server', 'boolean', () => server.listen(true));
attempt('server', 'fd', () => server.listen({ fd: -1 }));
state('server', server, 'listening');
