const server = net.createServer((peer) => {
  observe('peer', peer).pause();
  server.close();
  peer.write(Buffer.alloc(32 << 20), done('peer', 'written'));
}).listen(0, '127.0.0.1', () => {
  const client = net.connect(server.address().port, '127.0.0.1');
  client.once('readable', () => later(0.02, () => client.resetAndDestroy()));
});
