serve({}, (server) => {
  server.on('connection', (peer) => {
    watch('peer', peer, 'pipe', 'unpipe', 'end', 'finish', 'close').pipe(peer);
    server.close();
  });
  const client = watch('client', net.connect(target(server)));
  client.write('hello');
  client.once('data', () => client.end(' world'));
});
