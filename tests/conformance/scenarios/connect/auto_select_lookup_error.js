const lookup = (host, options, callback) => later(0, () => callback(new Error('no such host')));
const client = net.connect({ port: 1, host: 'somewhere.test', lookup, autoSelectFamily: true });
watch('client', client, 'lookup', 'connectionAttempt', 'connectionAttemptFailed', 'connect', 'error', 'close');
