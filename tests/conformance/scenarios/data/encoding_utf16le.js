pair((client, peer) => {
  watch('client', client.setEncoding('utf16le'));
  peer.end(Buffer.from('héllo', 'utf16le'));
});
