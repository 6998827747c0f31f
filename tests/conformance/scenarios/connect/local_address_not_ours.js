const client = net.connect({ port: 1, host: '127.0.0.1', localAddress: '203.0.113.1' });
watch('client', client);
