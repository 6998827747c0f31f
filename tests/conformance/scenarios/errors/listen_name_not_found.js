const server = net.createServer();
server.on('error', (error) => {
  state('server', error, 'syscall', 'hostname');
  state('server', server, 'listening');
});
server.listen(0, 'does-not-exist.invalid');
