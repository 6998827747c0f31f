const controller = new AbortController();
pair({ client: { signal: controller.signal } }, (client, peer) => {
  watch('client', client);
  peer.end();
  client.on('close', () => {
    controller.abort();
    state('client', client, 'errored');
  });
});
