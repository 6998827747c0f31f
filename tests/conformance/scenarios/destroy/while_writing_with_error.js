pair((client, peer) => {
  observe('client', client);
  peer.on('error', () => {}).pause();
  client.write(Buffer.alloc(32 << 20), done('client', 'written 1'));
  client.write('queued', done('client', 'written 2'));
  later(0.02, () => {
    client.destroy(new Error('enough'));
    peer.destroy();
  });
});
