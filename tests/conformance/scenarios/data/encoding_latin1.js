pair((client, peer) => {
  watch('client', client.setEncoding('latin1'));
  peer.end(Buffer.from([0x61, 0xe9, 0xff]));
});
