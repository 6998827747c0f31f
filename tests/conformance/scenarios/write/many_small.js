pair((client, peer) => {
  client.resume();
  collect('peer', peer);
  for (let i = 0; i < 1000; i += 1) client.write(`${i},`);
  client.end();
  client.on('finish', () => state('client', client, 'bytesWritten'));
});
