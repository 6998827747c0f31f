const server = net.createServer();
attempt('server', 'listen', () => server.listen({ ...endpoint(), signal: 'INVALID' }));
state('server', server, 'listening');
