const { cluster, run } = require('../../children.js');

// Port 0 is the same in all workers, twice in one is twice; what is in use, and what is exclusive.
function primary() {
  const heard = [];
  cluster.on('message', (worker, message) => {
    heard.push(message);
    if (heard.length < 2) return;
    const [first, second] = heard;
    log('same', first[0] === second[0], first[1] === second[1]);
    log('twice the same', first[0] === first[1]);
    log('third', first[2], second[2]);
    log('exclusive', first[3], second[3]);
    log('own', first[4] === second[4]);
    cluster.disconnect();
  });
}

run(() => {
  const [one, two, three, four, five] = [1, 2, 3, 4, 5].map(() => net.createServer());
  const numbers = [];
  const at = (port, exclusive = false) => ({ port, host: '127.0.0.1', exclusive });
  const port = (server) => server.address().port;
  one.listen(at(0), () => two.listen(at(0), () => {
    three.on('error', (third) => {
      four.on('error', (fourth) => five.listen(at(0, true), () => {
        process.send([port(one), port(two), third.message, fourth.message, port(five)]);
        // A cluster of Node that is told to end does not close it.
        cluster.worker.on('disconnect', () => five.close());
      }));
      four.listen(at(port(one), true));
    });
    three.listen(at(port(one)));
  }));
}, 2, primary);
