pair((client, peer) => {
  state('client', client, 'autoSelectFamilyAttemptedAddresses');
  watch('client', client);
  peer.end();
});
