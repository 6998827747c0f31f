const DATA = Buffer.alloc(1 << 20, 'abcdefghijk');
pair((client, peer) => {
  collect('client', client).removeAllListeners('drain').removeAllListeners('finish');
  collect('peer', peer).removeAllListeners('drain').removeAllListeners('finish');
  client.end(DATA);
  peer.end(DATA.subarray(1));
});
