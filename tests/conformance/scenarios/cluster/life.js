const { cluster, run } = require('../../children.js');

function primary() {
  for (const event of ['fork', 'online', 'listening', 'disconnect', 'exit']) {
    cluster.on(event, (worker, ...rest) => log('cluster', event, worker.id, ...(event === 'exit' ? rest : [])));
  }
  cluster.on('fork', (worker) => {
    for (const event of ['online', 'listening', 'disconnect']) worker.on(event, () => log('worker', event));
    worker.on('exit', (code, signal) => log('worker', 'exit', code, signal));
  });
  cluster.on('listening', (worker) => worker.send({ hello: ['worker', 1] }));
  cluster.on('message', (worker, message) => {
    log('message', worker.id, message);
    cluster.disconnect();
  });
  cluster.on('exit', (worker) => log('left', Object.keys(cluster.workers).length,
    worker.exitedAfterDisconnect, worker.isDead(), worker.isConnected()));
}

run(() => {
  process.on('message', (message) => process.send({ echo: message }));
  net.createServer().listen(0, '127.0.0.1');
}, 1, primary);
