nowhere((options) => {
  const client = watch('client', net.connect(options));
  client.on('error', () => {
    state('client', client, 'connecting', 'pending', 'destroyed', 'readyState', 'errored');
  });
  client.on('close', () => state('client', client, 'closed', 'readyState', 'remoteAddress'));
});
