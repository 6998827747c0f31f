serve({}, (server) => {
  const client = watch('client', net.connect(target(server)));
  client.destroy(new Error('changed my mind'));
  client.on('close', () => server.close());
});
