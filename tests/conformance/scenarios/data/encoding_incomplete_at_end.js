pair((client, peer) => {
  client.setEncoding('utf8');
  watch('client', client);
  client.on('data', (text) => log('client', 'length', text.length));
  peer.end(Buffer.from('ab\xe2\x82', 'latin1'));
});
