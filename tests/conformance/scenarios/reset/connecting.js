const server = net.createServer((peer) => {
  watch('peer', peer, 'data', 'end', 'error', 'close');
  server.close();
}).listen(0, '127.0.0.1', () => {
  const client = watch('client', net.connect(server.address().port, '127.0.0.1'));
  attempt('client', 'reset', () => client.resetAndDestroy());
  state('client', client, 'destroyed', 'connecting');
});
