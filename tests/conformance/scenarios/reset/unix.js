const server = net.createServer((peer) => {
  watch('peer', peer);
  server.close();
}).listen(path('s'), () => {
  const client = watch('client', net.connect(path('s')));
  client.on('ready', () => {
    attempt('client', 'reset', () => client.resetAndDestroy() === client);
    state('client', client, 'destroyed');
    client.destroy();
  });
});
