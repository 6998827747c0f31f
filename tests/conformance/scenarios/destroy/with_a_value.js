for (const value of ['boom', 7, 0, '', false, undefined]) {
  const label = `${typeof value} ${value || ''}`;
  const socket = observe(label, new net.Socket());
  socket.destroy(value);
  log(label, 'destroyed', socket.destroyed);
}
pair({}, (client, peer) => {
  watch('client', client, 'error', 'close');
  peer.resume();
  client.destroy('boom');
});
