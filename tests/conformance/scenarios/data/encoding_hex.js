pair((client, peer) => {
  watch('client', client.setEncoding('hex'));
  peer.end(Buffer.from([0, 1, 0xfe, 0xff]));
});
