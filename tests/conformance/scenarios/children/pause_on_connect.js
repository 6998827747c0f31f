const { child, isChild, parent } = require('../../children.js');

// A connection is passed on without any data being read by the original process.
function answer() {
  parent.on('message', (message, socket) => {
    watch('held', socket, 'data', 'end', 'close');
    socket.once('data', () => socket.end('the answer'));
  });
}

function share() {
  const other = watch('child', child(), 'exit');
  const server = watch('server', net.createServer({ pauseOnConnect: true }), 'close');
  server.on('connection', (socket) => later(0.05, () => {
    state('server', socket, 'bytesRead');
    log('server', 'paused', socket.isPaused());
    other.send('take it', socket);
    server.close();
  }));
  server.listen(0, '127.0.0.1', () => {
    const client = watch('client', net.connect(server.address().port, '127.0.0.1'), 'data', 'end', 'close');
    client.write('the question');
    client.on('close', () => other.disconnect());
  });
}

(isChild ? answer : share)();
