serve({}, (server) => {
  let answered = 0;
  server.on('connection', (peer) => peer.pipe(peer));
  for (let i = 0; i < 30; i += 1) {
    const client = collect(`client ${i}`, net.connect(target(server)));
    client.removeAllListeners('finish');
    client.end(`number ${i}`);
    client.on('close', () => {
      answered += 1;
      if (answered === 30) server.close(() => log('server', 'closed'));
    });
  }
});
