// Where nobody listens, from where that cannot be; the zone of an address is an interface.
const closed = net.createServer().listen(0, '::1', () => {
  const { port } = closed.address();
  closed.close(() => {
    for (const [host, localAddress] of [
      ['127.0.0.1', '::1'],
      ['::1', '127.0.0.1'],
      ['127.0.0.1', 'fe80::1%lo'],
      ['::1', 'fe80::1'],
      ['::1', 'fe80::1%nosuch'],
      ['::1', '::1%lo'],
      ['::1', '::1%nosuch'],
      ['::1%lo', undefined],
      ['::1%nosuch', undefined],
    ]) {
      const client = net.connect({ port, host, localAddress });
      const name = `${host} from ${localAddress ?? '-'}`.replaceAll(':', '.');
      watch(name, client, 'connect', 'close');
      client.on('error', (error) => log(name, error.code, error.syscall, error.address));
    }
  });
});
