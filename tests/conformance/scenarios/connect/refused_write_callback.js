nowhere((options) => {
  const client = watch('client', net.connect(options));
  log('client', 'write', client.write('lost', done('client', 'written')));
  client.end('more', done('client', 'ended'));
});
