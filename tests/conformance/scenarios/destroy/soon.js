pair((client, peer) => {
  watch('client', client);
  collect('peer', peer);
  client.write(Buffer.alloc(200000, 'q'), done('client', 'written'));
  client.destroySoon();
  state('client', client, 'destroyed', 'writable', 'writableEnded');
});
