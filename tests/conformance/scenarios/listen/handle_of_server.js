const first = net.createServer(() => log('first', 'connection'));
first.listen(0, '127.0.0.1', () => {
  const second = watch('second', net.createServer());
  second.listen(first, () => {
    log('second', 'same', second.address().port === first.address().port);
    second.close();
    first.close();
  });
});
