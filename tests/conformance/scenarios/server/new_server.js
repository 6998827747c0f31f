const server = new net.Server((peer) => {
  watch('peer', peer);
  server.close();
});
watch('server', server);
server.listen(endpoint(), () => net.connect(target(server)).end('x').resume());
