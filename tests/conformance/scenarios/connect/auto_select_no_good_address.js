const lookup = (host, options, callback) => later(0, () => callback(null, [
  { address: 'nonsense', family: 4 }, { address: '127.0.0.1', family: 7 },
]));
const client = net.connect({ port: 1, host: 'somewhere.test', lookup, autoSelectFamily: true });
client.on('lookup', (error, address, family) => log('client', 'lookup', address, family));
client.on('error', (error) => log('client', 'error', error.code, error.message));
