const server = watch('server', net.createServer());
attempt('server', 'listen', () => {
  return server.listen({ ...endpoint(), signal: AbortSignal.abort() }) === server;
});
state('server', server, 'listening');
