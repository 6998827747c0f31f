pair((client, peer) => {
  collect('peer', peer);
  log('client', 'itself', client.setDefaultEncoding('hex') === client);
  client.write('6162');
  client.write(Buffer.from('63'));
  client.write('64', 'utf8');
  attempt('client', 'unknown', () => client.setDefaultEncoding('klingon'));
  client.resume();
  client.end();
});
