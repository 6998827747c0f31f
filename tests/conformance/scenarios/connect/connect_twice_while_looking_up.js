// Two look-ups at once: the second answer comes when the first has connected, and is not looked at.
const server = net.createServer((peer) => {
  server.close();
  peer.on('error', () => {});
  peer.write('hello');
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  const answers = [];
  const lookup = (host, options, callback) => answers.push(() => callback(null, '127.0.0.1', 4));
  const client = observe('client', new net.Socket());
  client.connect({ port, host: 'first', lookup }, () => log('client', 'first'));
  client.connect({ port, host: 'second', lookup }, () => log('client', 'second'));
  client.on('data', (chunk) => {
    log('client', 'data', chunk);
    client.destroy();
  });
  later(0.01, answers[0]);
});
