// An option that is undefined there and None here is one that was not given.
log('server', net.createServer({ keepAliveInitialDelay: undefined }).keepAliveInitialDelay);
attempt('socket', 'delay', () => new net.Socket({ keepAliveInitialDelay: undefined }));
attempt('socket', 'keep alive', () => new net.Socket().setKeepAlive(true, undefined));

serve({}, (server) => {
  server.once('connection', (peer) => {
    server.close();
    peer.resume();
  });
  const options = { keepAlive: true, keepAliveInitialDelay: undefined, hints: undefined };
  const client = watch('client', net.connect({ ...target(server), ...options, timeout: undefined }));
  log('client', client.timeout);
  client.end();
});

serve({}, (server) => {
  server.once('connection', (peer) => {
    server.close();
    peer.resume();
  });
  const client = net.connect({ ...target(server), timeout: 0 });
  log('without a timeout', client.timeout);
  client.end();
});
