const server = net.createServer().listen(0, '::1', () => {
  const port = server.address().port;
  server.close(() => watch('client', net.connect(port, '::1')));
});
