function play(name, data, more) {
  serve({}, (server) => {
    server.on('connection', (peer) => {
      server.close();
      collect(`${name} peer`, peer);
    });
    const client = watch(name, new net.Socket());
    client.end(data, done(name, 'ended'));
    state(name, client, 'writableEnded', 'writableFinished', 'destroyed');
    client.connect(target(server));
    if (more) log(name, client.write(more, done(name, 'written')));
    state(name, client, 'writableEnded', 'writableFinished', 'destroyed');
    later(0.3, () => {
      state(name, client, 'writableEnded', 'writableFinished', 'destroyed');
      client.destroy();
      server.close();
    });
  });
}
play('nothing');
play('data', 'hello');
play('then', undefined, 'more');
