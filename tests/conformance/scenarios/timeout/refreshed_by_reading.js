pair((client, peer) => {
  watch('client', client);
  peer.resume();
  client.setTimeout(300);
  let count = 0;
  const write = () => {
    count += 1;
    peer.write(`${count}`);
    if (count < 8) later(0.1, write);
  };
  write();
  client.on('timeout', () => client.destroy());
});
