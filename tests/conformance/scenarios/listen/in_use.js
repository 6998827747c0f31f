const first = net.createServer().listen(0, '127.0.0.1', () => {
  const second = watch('second', net.createServer());
  second.listen(first.address().port, '127.0.0.1', () => log('second', 'never'));
  state('second', second, 'listening');
  second.on('error', () => {
    state('second', second, 'listening');
    log('second', 'address', second.address());
    first.close();
  });
});
