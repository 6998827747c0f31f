pair((client, peer) => {
  watch('client', client.setEncoding('base64'));
  peer.end(Buffer.from([0xfb, 0xff, 0xfe, 1]));
});
