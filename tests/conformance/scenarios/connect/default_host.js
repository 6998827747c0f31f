const server = net.createServer((peer) => {
  peer.end();
  server.close();
});
server.listen(0, () => {
  const client = net.connect(server.address().port);
  watch('client', client, 'connect', 'ready', 'end', 'finish', 'error', 'close').resume();
});
