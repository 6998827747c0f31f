pair((client, peer) => {
  watch('client', client);
  watch('peer', peer, 'data', 'end', 'close');
  client.end('x');
  log('client', 'write', client.write('y', done('client', 'written')));
  state('client', client, 'destroyed', 'errored');
});
