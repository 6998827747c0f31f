pair((client, peer) => {
  let round = 0;
  watch('client', client);
  watch('peer', peer);
  peer.on('data', (chunk) => peer.write(`re: ${chunk}`));
  client.on('data', () => {
    round += 1;
    if (round < 20) client.write(`round ${round}`);
    else client.end();
  });
  client.write('round 0');
});
