const server = net.createServer((peer) => {
  state('peer', peer, 'remoteAddress', 'remoteFamily');
  peer.end();
});
server.listen(0, () => {
  const four = watch('four', net.connect(server.address().port, '127.0.0.1'));
  four.on('close', () => {
    const six = watch('six', net.connect(server.address().port, '::1'));
    six.on('close', () => server.close());
  });
});
