const name = '\0' + path('abstract');
const server = net.createServer((peer) => {
  peer.end('no file');
  server.close();
}).listen(name, () => {
  log('server', 'same', server.address() === name);
  watch('client', net.connect(name));
});
