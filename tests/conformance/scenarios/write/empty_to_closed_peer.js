// A write of nothing asks the system as well, which knows that the peer of a Unix socket has gone.
function play(name, write) {
  serve({}, (server) => {
    server.on('connection', (peer) => {
      peer.destroy();
      server.close();
    });
    const client = net.connect({ ...target(server), allowHalfOpen: true });
    watch(name, client);
    client.on('end', () => later(0.02, () => {
      write(client);
      state(name, client, 'destroyed', 'bytesWritten');
      later(0.05, () => client.destroy());
    }));
  });
}
play('bytes', (client) => log('bytes', client.write(Buffer.alloc(0))));
play('text', (client) => log('text', client.write('')));
play('told', (client) => log('told', client.write('', done('told', 'written'))));
play('twice', (client) => {
  log('twice', client.write('', done('twice', 'one')));
  log('twice', client.write('', done('twice', 'two')));
});
play('end', (client) => client.end('', done('end', 'ended')));
