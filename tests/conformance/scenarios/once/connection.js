const { once } = require('node:events');
serve({}, async (server) => {
  watch('client', net.connect(target(server)));
  const [peer] = await once(server, 'connection');
  log('server', 'connection', peer);
  peer.end('seen');
  server.close();
});
