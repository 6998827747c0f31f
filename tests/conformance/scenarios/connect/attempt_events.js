const client = net.connect(1, '127.0.0.1');
watch('client', client, 'connectionAttempt', 'connectionAttemptFailed', 'connectionAttemptTimeout', 'error');
client.on('connectionAttemptFailed', () => state('client', client, 'connecting', 'destroyed'));
