const first = net.createServer().listen(0, '127.0.0.1', () => {
  const second = watch('second', net.createServer());
  second.on('error', () => {
    second.close(done('second', 'closed'));
    first.close();
  });
  second.listen(first.address().port, '127.0.0.1');
});
