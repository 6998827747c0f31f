const client = net.connect(80, '255.255.255.255');
watch('client', client, 'lookup', 'connectionAttempt', 'connectionAttemptFailed', 'connect', 'error', 'close');
