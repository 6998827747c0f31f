serve({}, (server) => {
  const client = watch('client', net.connect(target(server)));
  client.write('never', done('client', 'written'));
  attempt('client', 'destroy', () => client.destroy());
  state('client', client, 'connecting', 'pending', 'destroyed', 'readyState', 'closed');
  client.on('close', () => {
    state('client', client, 'closed', 'bytesWritten');
    server.close();
  });
});
