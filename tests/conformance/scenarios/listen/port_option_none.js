const server = watch('server', net.createServer());
server.listen({ port: undefined, host: '127.0.0.1' }, () => {
  log('server', 'callback', server.address());
  server.close();
});
