pair((client, peer) => {
  client.setEncoding('utf8');
  watch('client', client);
  state('client', client, 'readableEncoding');
  peer.write(Buffer.from('a\xe2', 'latin1'));
  client.once('data', () => client.write('go'));
  peer.on('data', () => peer.end(Buffer.from('\x82\xacb', 'latin1')));
});
