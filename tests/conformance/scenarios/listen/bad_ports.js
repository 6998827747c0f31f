const server = watch('server', net.createServer());
for (const port of [-1, 65536, 1.5, NaN, Infinity]) {
  attempt('server', 'port', () => server.listen({ port }));
}
for (const port of ['65536', '-1', 'x', '']) {
  attempt('server', `port '${port}'`, () => server.listen({ port }));
}
attempt('server', 'positional', () => server.listen(65536));
attempt('server', 'positional', () => server.listen(-1, '127.0.0.1'));
state('server', server, 'listening');
