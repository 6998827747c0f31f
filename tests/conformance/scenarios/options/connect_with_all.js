const server = net.createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: 1000 });
server.on('connection', (peer) => {
  watch('peer', peer);
  server.close();
});
server.listen(0, '127.0.0.1', () => {
  const client = net.connect({
    port: server.address().port, host: '127.0.0.1', localAddress: '127.0.0.1', family: 4,
    noDelay: true, keepAlive: true, keepAliveInitialDelay: 1000, allowHalfOpen: false,
    highWaterMark: 1234, timeout: 30000,
  });
  watch('client', client).end('x');
});
