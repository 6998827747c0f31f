const { cluster, run } = require('../../children.js');

// The others go on; the address is free when the last has closed.
function primary() {
  const workers = [];
  let port;
  const ask = (call) => {
    const client = net.connect(port, '127.0.0.1');
    client.on('data', (data) => log('client', Number(String(data)) === workers[0].id));
    client.on('error', (error) => log('client', error.code));
    client.on('close', call);
  };
  const steps = [
    () => ask(() => ask(() => workers[0].send('close'))),
    () => ask(() => cluster.disconnect()),
  ];
  cluster.on('listening', (worker, address) => {
    workers.push(worker);
    port = address.port;
    if (workers.length === 2) workers[1].send('close');
  });
  cluster.on('message', (worker, message) => {
    log('primary', message, worker === workers[1]);
    steps.shift()();
  });
}

run(() => {
  const server = net.createServer((socket) => socket.end(String(cluster.worker.id)));
  server.listen(0, '127.0.0.1');
  process.on('message', () => server.close(() => process.send('closed')));
}, 2, primary);
