const client = new net.Socket({ signal: AbortSignal.abort() });
watch('client', client, 'error');
client.on('close', () => log('client', 'close'));
