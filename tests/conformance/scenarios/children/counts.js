const { child, isChild, parent } = require('../../children.js');

function hold() {
  parent.on('message', (message, socket) => {
    if (!socket) {
      parent.held.end('bye');
      return;
    }
    parent.held = watch('held', socket, 'end', 'close').resume();
    socket.on('close', () => parent.send('closed'));
    parent.send('has it');
  });
}

function share() {
  const other = watch('child', child(), 'exit');
  const server = watch('server', net.createServer(), 'close');
  const count = (label, call) => later(0.05, () => server.getConnections((error, number) => {
    log('server', label, error, number);
    call();
  }));
  const connect = () => watch('client', net.connect(server.address().port, '127.0.0.1'), 'data', 'close');
  const steps = {
    'has it': () => {
      connect();
      server.once('connection', (second) => count('one here, one there', () => {
        second.destroy();
        second.on('close', () => count('one there', () => other.send('end it')));
      }));
    },
    'closed': () => count('none', () => {
      server.close();
      other.disconnect();
    }),
  };
  other.on('message', (message) => steps[message]());
  server.listen(0, '127.0.0.1', () => {
    connect();
    server.once('connection', (first) => {
      other.send('take it', first);
    });
  });
}

(isChild ? hold : share)();
