serve({}, (server) => {
  server.on('connection', (peer) => {
    watch('peer', peer);
    peer.once('data', () => peer.end('answer'));
    server.close();
  });
  const proxy = net.createServer((inner) => {
    const outer = net.connect(target(server));
    watch('inner', inner, 'pipe', 'unpipe', 'finish', 'error', 'close').pipe(outer);
    watch('outer', outer, 'pipe', 'unpipe', 'end', 'error', 'close').pipe(inner);
    proxy.close();
  });
  proxy.listen(0, '127.0.0.1', () => {
    const client = watch('client', net.connect(proxy.address().port, '127.0.0.1'));
    client.write('question');
  });
});
