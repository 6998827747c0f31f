const { child, isChild, parent } = require('../../children.js');

// What a child holds does not count for the limit.
function hold() {
  parent.on('message', (message, socket) => {
    socket.resume();
    parent.send('has it');
  });
}

function share() {
  const other = watch('child', child(), 'exit');
  const server = watch('server', net.createServer(), 'close', 'drop');
  const connect = (name) => watch(name, net.connect(server.address().port, '127.0.0.1').resume(), 'end', 'close');
  server.maxConnections = 1;
  let first;
  server.once('connection', (socket) => {
    log('server', 'first');
    other.send('take it', socket);
    server.once('connection', (second) => {
      log('server', 'second');
      connect('dropped').on('close', () => {
        second.destroy();
        server.close();
        first.end();
      });
    });
  });
  other.on('message', () => connect('second'));
  server.listen(0, '127.0.0.1', () => {
    first = connect('first');
    first.on('close', () => other.disconnect());
  });
}

(isChild ? hold : share)();
