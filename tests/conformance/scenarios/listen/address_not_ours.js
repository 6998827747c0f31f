const server = watch('server', net.createServer());
server.listen(0, '203.0.113.1');
