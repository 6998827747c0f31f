const server = net.createServer((peer) => peer.on('error', () => {}).resume());
server.listen(path('s'), () => {
  const client = watch('client', net.connect(path('s')), 'connect', 'ready', 'error', 'close');
  client.resume();
  client.on('close', () => server.close());
  client.once('ready', () => {
    client.end();
    client.connect(path('s'));
    state('client', client, 'destroyed', 'readyState', 'connecting', 'writable');
  });
});
