const client = net.connect({ port: 1, host: 'does-not-exist.invalid' });
client.on('error', (error) => {
  state('client', error, 'syscall', 'hostname');
  log('client', 'named', error.message === `getaddrinfo ${error.code} does-not-exist.invalid`);
});
client.on('lookup', (error, address, family, host) => {
  log('client', 'lookup', error !== null, address, host);
});
client.on('close', (hadError) => log('client', 'close', hadError));
