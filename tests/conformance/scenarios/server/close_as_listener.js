// server.close() as the listener of an event: its arguments are no callback.
const HOOKS = {
  'close': (socket, server) => socket.on('close', server.close.bind(server)),
  'end': (socket, server) => socket.on('end', server.close.bind(server)),
  'error': (socket, server) => socket.on('error', server.close.bind(server)),
  'data': (socket, server) => socket.once('data', server.close.bind(server)),
  'connection': (socket, server) => server.once('connection', server.close.bind(server)),
};
for (const [name, hook] of Object.entries(HOOKS)) {
  serve({}, (server) => {
    watch(name, server, 'close', 'error');
    const client = net.connect(target(server));
    client.on('error', () => {});
    client.resume();
    hook(client, server);
    server.on('connection', (peer) => {
      peer.on('error', () => {});
      peer.resume();
      peer.end('x');
    });
    client.once('data', () => {
      if (name === 'error') client.destroy(new Error('no'));
    });
  });
}
const VALUES = { none: null, undefined: undefined, false: false, true: true, zero: 0, text: 'x' };
for (const [name, value] of Object.entries(VALUES)) {
  const server = watch(name, net.createServer(), 'close', 'error');
  attempt(name, 'closed', () => server.close(value) === server);
}
