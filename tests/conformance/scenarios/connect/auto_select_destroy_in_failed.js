const lookup = (host, options, callback) => later(0, () => callback(null, [
  { address: '127.0.0.1', family: 4 }, { address: '127.0.0.2', family: 4 },
]));
const client = net.connect({ port: 1, host: 'somewhere.test', lookup, autoSelectFamily: true });
watch('client', client, 'lookup', 'connectionAttempt', 'connectionAttemptFailed', 'connect', 'error', 'close');
client.on('connectionAttemptFailed', () => client.destroy());
