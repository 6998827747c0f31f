serve({}, (server) => {
  watch('server', server);
  attempt('server', 'listen', () => server.listen(endpoint()));
  state('server', server, 'listening');
  server.close();
});
