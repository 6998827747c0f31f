const { once } = require('node:events');
serve({}, async (server) => {
  server.on('connection', (peer) => peer.end('x'));
  const client = net.connect(target(server));
  log('client', 'connect', (await once(client, 'connect')).length);
  client.resume();
  log('client', 'close', ...(await once(client, 'close')));
  server.close();
});
