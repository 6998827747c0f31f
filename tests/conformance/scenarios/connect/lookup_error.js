const lookup = (host, options, callback) => callback(new Error('no such host'));
const client = net.connect({ port: 1, host: 'somewhere.test', lookup });
watch('client', client);
client.on('close', () => state('client', client, 'connecting', 'destroyed', 'readyState'));
