// What stands before and after connect(): e end(), E end(data), w write(data), d destroy().
const ORDERS = [
  'ec', 'Ec', 'wc', 'ewc', 'wec', 'eEc', 'ecE', 'ecw', 'ecwe', 'ecwE', 'ecEw', 'ecEE',
  'eecE', 'cEe', 'cEE', 'ceE', 'cwE', 'cEw', 'ecdE', 'edc', 'cdE', 'ecwwE',
  'eE', 'ew', 'dE', 'wd', 'wE', 'ede', 'Ed', 'ewE', 'eEd',
];

function play(order, allowHalfOpen) {
  const name = `${order} ${allowHalfOpen}`;
  serve({ allowHalfOpen }, (server) => {
    server.on('connection', (peer) => {
      server.close();
      collect(`${name} peer`, peer);
      later(2, () => peer.destroy());
    });
    const client = watch(name, new net.Socket({ allowHalfOpen }));
    const steps = {
      c: () => client.connect(target(server)),
      d: () => client.destroy(),
      e: (label) => client.end(done(name, label)),
      E: (label) => client.end('E', done(name, label)),
      w: (label) => log(name, label, 'answer', client.write('w', done(name, label))),
    };
    [...order].forEach((step, index) => {
      steps[step](`${step}${index}`);
      state(name, client, 'writableEnded', 'writableFinished', 'writableLength', 'destroyed');
    });
    later(1.5, () => {
      state(name, client, 'writableEnded', 'writableFinished', 'writableLength', 'destroyed');
      client.destroy();
      server.close();
    });
  });
}
for (const order of ORDERS) {
  play(order, false);
  play(order, true);
}
