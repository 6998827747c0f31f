const server = net.createServer((peer) => {
  peer.end();
  server.close();
});
server.listen(0, '127.0.0.1', () => {
  const lookup = (host, options, callback) => later(0, () => callback(null, [
    { address: '127.0.0.3', family: 4 }, { address: '127.0.0.1', family: 4 },
  ]));
  const client = net.connect({ port: server.address().port, host: 'somewhere.test', lookup, autoSelectFamily: true });
  watch('client', client, 'lookup', 'connect', 'error', 'close');
  client.on('connectionAttempt', (address, port, family) => log('client', 'attempt', address, family));
  client.on('connectionAttemptFailed', (address, port, family, error) => log('client', 'failed', address, error.code));
  client.on('connect', () => {
    client.resume();
    state('client', client, 'remoteAddress', 'connecting');
    log('client', 'tried', client.autoSelectFamilyAttemptedAddresses.length);
  });
});
