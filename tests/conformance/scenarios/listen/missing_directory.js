const server = watch('server', net.createServer());
server.listen(path('no/such/directory'));
