serve({}, (server) => {
  const controller = new AbortController();
  const client = net.connect({ ...target(server), signal: controller.signal });
  watch('client', client);
  controller.abort();
  state('client', client, 'destroyed', 'connecting');
  client.on('close', () => server.close());
});
