const controller = new AbortController();
pair({ client: { signal: controller.signal } }, (client, peer) => {
  watch('client', client);
  watch('peer', peer);
  controller.abort();
  state('client', client, 'destroyed', 'readyState');
});
