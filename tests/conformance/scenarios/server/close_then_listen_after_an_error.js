const first = net.createServer().listen(0, '127.0.0.1', () => {
  const second = watch('second', net.createServer());
  second.listen(first.address().port, '127.0.0.1');
  second.once('error', () => {
    second.close();
    second.listen(0, '127.0.0.1');
  });
  second.on('listening', () => {
    second.close();
    first.close();
  });
});
