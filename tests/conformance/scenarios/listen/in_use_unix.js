const first = net.createServer().listen(path('s'), () => {
  const second = watch('second', net.createServer());
  second.listen(path('s'));
  second.on('error', () => first.close());
});
