const [first, second] = [new AbortController(), new AbortController()];
const signal = AbortSignal.any([first.signal, second.signal]);
pair({ client: { signal } }, (client, peer) => {
  watch('client', client);
  second.abort('two');
  log('signal', signal.aborted, signal.reason, first.signal.aborted);
  state('client', client, 'destroyed');
});
