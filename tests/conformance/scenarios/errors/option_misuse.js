const stream = require('stream');
const values = { text: '5', boolean: true, list: [], object: {} };
for (const [label, value] of Object.entries(values)) {
  attempt('server', `delay ${label}`, () => net.createServer({ keepAliveInitialDelay: value }));
  attempt('server', `mark ${label}`, () => net.createServer({ highWaterMark: value }));
  attempt('socket', `delay ${label}`, () => new net.Socket({ keepAliveInitialDelay: value }));
  attempt('socket', `mark ${label}`, () => new net.Socket({ highWaterMark: value }));
}

const numbers = { negative: -1, fraction: 1.5 };
for (const [label, value] of Object.entries(numbers)) {
  attempt('server', `delay ${label}`, () => net.createServer({ keepAliveInitialDelay: value }));
  attempt('socket', `mark ${label}`, () => new net.Socket({ highWaterMark: value }));
}
attempt('server', 'mark negative', () => net.createServer({ highWaterMark: -1 }));

for (const [label, value] of Object.entries({ boolean: true, list: [], object: {}, float: 1.5 })) {
  const server = net.createServer();
  attempt('listen', `port ${label}`, () => server.listen({ port: value }, () => {}));
  const socket = new net.Socket();
  attempt('connect', `port ${label}`, () => socket.connect({ port: value }, () => {}));
}

for (const [label, value] of Object.entries({ one: 1, text: 'x', zero: 0, list: [1] })) {
  const server = net.createServer();
  server.listen({ port: 0, host: '::1', ipv6Only: value }, () => {
    log('ipv6Only', label, server.address().address);
    server.close();
  });
}

const text = new stream.PassThrough();
text.setEncoding();
log('encoding', text.readableEncoding);
text.setEncoding(null);
log('encoding', text.readableEncoding);
attempt('socket', 'encoding', () => new net.Socket().setEncoding('nothing'));
