const { cluster, run } = require('../../children.js');

function primary() {
  cluster.on('listening', (worker) => process.kill(worker.process.pid, 'SIGKILL'));
  cluster.on('disconnect', (worker) => log('primary', 'disconnect', worker.isConnected()));
  cluster.on('exit', (worker, code, signal) => {
    log('primary', 'exit', code, signal, worker.exitedAfterDisconnect, worker.isDead());
    cluster.disconnect();
  });
}

run(() => net.createServer().listen(0, '127.0.0.1'), 1, primary);
