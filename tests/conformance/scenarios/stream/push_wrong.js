class Source extends stream.Readable {
  _read() {}
}
const s = new Source();
s.on('error', (error) => log('s', 'error', error.code));
s.on('close', () => log('s', 'close'));
log('s', s.push(7), s.destroyed);
const u = new Source();
u.on('error', (error) => log('u', 'error', error.code));
u.on('close', () => log('u', 'close'));
log('u', u.unshift({}), u.destroyed);
