const attempts = {
  'nothing': () => net.connect({}),
  'bad port': () => net.connect({ port: 65536 }),
  'negative port': () => net.connect({ port: -1 }),
  'text port': () => net.connect({ port: 'x' }),
  'float port': () => net.connect({ port: 1.5 }),
  'path type': () => net.connect({ path: 5 }),
  'path list': () => net.connect({ path: [] }),
  'host type': () => net.connect({ port: 1, host: 5 }),
  'local address': () => net.connect({ port: 1, host: '127.0.0.1', localAddress: 'x' }),
  'local port': () => net.connect({ port: 1, host: '127.0.0.1', localPort: 'x' }),
  'lookup': () => net.connect({ port: 1, host: 'somewhere.test', lookup: 5 }),
};
for (const [label, call] of Object.entries(attempts)) {
  attempt('connect', label, call);
}
