const server = watch('server', net.createServer());
server.listen({ fd: 999 });
