pair((client, peer) => {
  peer.resume();
  client.destroy();
  client.on('close', () => {
    const same = (call) => () => call() === client;
    attempt('client', 'pause', same(() => client.pause()));
    attempt('client', 'resume', same(() => client.resume()));
    attempt('client', 'set_timeout', same(() => client.setTimeout(1000)));
    attempt('client', 'set_no_delay', same(() => client.setNoDelay()));
    attempt('client', 'set_keep_alive', same(() => client.setKeepAlive(true)));
    attempt('client', 'ref', same(() => client.ref()));
    attempt('client', 'unref', same(() => client.unref()));
    attempt('client', 'destroy', same(() => client.destroy()));
    attempt('client', 'read', () => client.read());
    attempt('client', 'address', () => Object.keys(client.address()).length === 0);
    state('client', client, 'remoteAddress', 'remotePort', 'localAddress', 'localPort');
  });
});
