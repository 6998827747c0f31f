const lookup = (host, options, callback) => later(0.02, () => callback(null, '127.0.0.1', 4));
const client = net.connect({ port: 1, host: 'somewhere.test', lookup });
watch('client', client, 'connect', 'error', 'close');
client.destroy();
state('client', client, 'connecting', 'destroyed', 'readyState');
