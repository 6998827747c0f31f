// The first address is tried on the descriptor that is open already, the second on a new one.
let connections = 0;
const server = net.createServer((peer) => {
  connections += 1;
  const name = `peer ${connections}`;
  log(name, 'connection');
  peer.on('error', () => {});
  peer.resume();
  peer.on('close', () => log(name, 'closed'));
  peer.write(`connection ${connections}`);
  if (connections === 2) server.close();
});
const addresses = [{ address: '127.0.0.1', family: 4 }, { address: '127.0.0.2', family: 4 }];
server.listen(0, '0.0.0.0', () => {
  const { port } = server.address();
  const client = observe('client', net.connect(port, '127.0.0.1'));
  client.on('connectionAttempt', (address) => log('client', 'attempt', address));
  client.on('connectionAttemptFailed', (address, port, family, error) => {
    log('client', 'failed', address, error.code);
  });
  client.on('data', (chunk) => {
    log('client', 'data', chunk);
    if (connections === 2) {
      client.destroy();
      return;
    }
    // Linux takes the first connect() after the connection stands, and no other.
    client.connect(port, '127.0.0.1', () => client.connect({
      port,
      host: 'several',
      autoSelectFamily: true,
      lookup: (host, options, callback) => callback(null, addresses),
    }));
  });
});
