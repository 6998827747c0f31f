const server = watch('server', net.createServer());
attempt('server', 'backlog', () => server.listen({ backlog: 5 }));
attempt('server', 'host', () => server.listen({ host: '127.0.0.1' }));
attempt('server', 'exclusive', () => server.listen({ exclusive: true }));
attempt('server', 'ipv6_only', () => server.listen({ ipv6Only: true }));
attempt('server', 'readable_all', () => server.listen({ readableAll: true }));
attempt('server', 'signal', () => server.listen({ signal: new AbortController().signal }));
state('server', server, 'listening');
server.listen({ port: undefined, backlog: 5 }, () => server.close());
