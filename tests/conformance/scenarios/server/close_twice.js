serve({}, (server) => {
  watch('server', server);
  server.close(done('server', 'first'));
  server.close(done('server', 'second'));
  server.once('close', () => server.close(done('server', 'third')));
});
