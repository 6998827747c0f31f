serve({}, (server) => {
  server.on('connection', (peer) => {
    peer.once('data', () => peer.end('answer'));
    server.close();
  });
  const proxy = net.createServer((inner) => {
    const outer = net.connect(target(server));
    watch('inner', inner, 'finish', 'end', 'error', 'close');
    watch('outer', outer, 'finish', 'end', 'error', 'close');
    stream.pipeline(inner, outer, inner, done('proxy', 'done'));
    proxy.close();
  });
  proxy.listen(0, '127.0.0.1', () => {
    const client = watch('client', net.connect(proxy.address().port, '127.0.0.1'));
    client.write('question');
  });
});
nowhere((refused) => {
  const proxy = net.createServer((inner) => {
    const outer = net.connect(refused);
    watch('refused inner', inner, 'finish', 'end', 'error', 'close');
    watch('refused outer', outer, 'finish', 'end', 'error', 'close');
    stream.pipeline(inner, outer, inner, done('refused proxy', 'done'));
    proxy.close();
  });
  proxy.listen(0, '127.0.0.1', () => {
    const client = net.connect(proxy.address().port, '127.0.0.1');
    client.on('error', () => {});
    client.on('close', () => log('refused client', 'close'));
  });
});
