const server = watch('server', net.createServer());
server.listen(path('s'), () => server.close());
attempt('server', 'listen', () => server.listen(path('t')));
