const { child, isChild, parent } = require('../../children.js');

// What a server listens on is shared: the child goes on when the parent has closed.
function accept() {
  parent.on('message', (message, server) => {
    if (!server) {
      parent.server.close(() => parent.send('closed'));
      return;
    }
    parent.server = server;
    server.on('connection', (socket) => socket.end('the child'));
    parent.send(`listens ${server.listening} ${server.address().address}`);
  });
}

function share() {
  const other = watch('child', child(), 'exit');
  const server = watch('server', net.createServer(), 'connection', 'close');
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    const connect = () => watch('client', net.connect(port, '127.0.0.1'), 'data', 'error', 'close');
    other.send('take it', server);
    const steps = [
      () => server.close(() => {
        server.getConnections((error, number) => log('server', 'count', error, number));
        connect().on('close', () => other.send('close it'));
      }),
      () => connect().on('close', () => other.disconnect()),
    ];
    other.on('message', (message) => {
      log('message', message);
      steps.shift()();
    });
  });
}

(isChild ? accept : share)();
