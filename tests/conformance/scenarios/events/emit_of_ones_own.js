// A class or an instance that has an emit() of its own is told of every event, data included.
function told(name, event, args) {
  if (!['newListener', 'removeListener', 'connectionAttempt', 'readable'].includes(event)) {
    log(name, 'emit', event, ...args);
  }
}

class Told extends net.Socket {
  emit(event, ...args) {
    told('client', event, args);
    return super.emit(event, ...args);
  }
}

serve({}, (server) => {
  server.on('connection', (peer) => {
    const { emit, end } = peer;
    peer.emit = (event, ...args) => {
      told('peer', event, args);
      return emit.call(peer, event, ...args);
    };
    peer.end = (...args) => {
      log('peer', 'end', args.length);
      return end.apply(peer, args);
    };
    peer.on('data', (chunk) => {
      log('peer', 'data', chunk);
      peer.write('answer');
    });
    server.close();
  });
  const client = new Told();
  client.connect(target(server), () => client.write('question'));
  client.on('data', (chunk) => {
    log('client', 'data', chunk);
    client.end();
  });
});
