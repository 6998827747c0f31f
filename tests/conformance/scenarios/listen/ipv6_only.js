const six = net.createServer();
six.listen({ port: 0, host: '::', ipv6Only: true }, () => {
  log('six', 'address', six.address());
  const four = watch('four', net.createServer());
  four.listen(six.address().port, '0.0.0.0', () => {
    four.close();
    six.close();
  });
});
