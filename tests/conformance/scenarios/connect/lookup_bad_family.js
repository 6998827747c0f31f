const lookup = (host, options, callback) => callback(null, '127.0.0.1', 7);
const client = net.connect({ port: 1, host: 'somewhere.test', lookup });
client.on('error', (error) => log('client', 'error', error.code));
client.on('close', (hadError) => log('client', 'close', hadError));
