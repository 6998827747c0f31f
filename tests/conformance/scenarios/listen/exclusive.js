const server = watch('server', net.createServer());
server.listen({ ...endpoint(), exclusive: true }, () => server.close());
