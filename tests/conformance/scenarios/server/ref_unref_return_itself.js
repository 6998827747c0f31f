const server = net.createServer();
log('server', 'unref', server.unref() === server);
log('server', 'ref', server.ref() === server);
server.listen(endpoint(), () => {
  log('server', 'unref', server.unref() === server);
  log('server', 'ref', server.ref() === server);
  server.close();
});
