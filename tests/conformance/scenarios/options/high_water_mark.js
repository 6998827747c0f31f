const FIELDS = ['readableHighWaterMark', 'writableHighWaterMark'];
state('default', new net.Socket(), ...FIELDS);
state('both', new net.Socket({ highWaterMark: 1000 }), ...FIELDS);
pair({ server: { highWaterMark: 2000 }, client: { highWaterMark: 3000 } }, (client, peer) => {
  state('client', client, ...FIELDS);
  state('peer', peer, ...FIELDS);
  client.destroy();
  peer.resume();
});
