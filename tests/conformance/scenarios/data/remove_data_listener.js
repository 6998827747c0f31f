pair((client, peer) => {
  observe('client', client);
  const listener = (chunk) => {
    log('client', 'data', chunk);
    client.off('data', listener);
    state('client', client, 'readableFlowing');
    peer.end('ignored?');
  };
  client.on('data', listener);
  peer.write('heard');
});
