pair((client, peer) => {
  collect('peer', peer);
  client.write(new Uint8Array([0x61, 0x62]));
  client.write(Buffer.from('xcdx').subarray(1, 3));
  client.write(Buffer.from('ef'));
  client.resume();
  client.end(new Uint8Array([0x67]));
});
