serve({}, (server) => {
  log('server', 'unref');
  require('node:process').on('exit', () => server.close());
  server.unref();
});
