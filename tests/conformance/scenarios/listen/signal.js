const controller = new AbortController();
const server = watch('server', net.createServer());
server.listen({ ...endpoint(), signal: controller.signal }, () => {
  controller.abort();
  state('server', server, 'listening');
});
