// A lookup function may write to its options, as those of dns.lookup() are.
serve({}, (server) => {
  server.once('connection', (peer) => {
    server.close();
    peer.resume();
  });
  const lookup = (host, options, callback) => {
    options.family = 4;
    options.all = false;
    log('lookup', host, options.family, options.all);
    callback(null, '127.0.0.1', 4);
  };
  const { path, port } = target(server);
  const where = path ? { path } : { port, host: 'somewhere.test' };
  watch('client', net.connect({ ...where, lookup })).end();
});
