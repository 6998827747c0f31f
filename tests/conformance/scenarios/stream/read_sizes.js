class Source extends stream.Readable {
  _read() {}
}
const s = new Source();
s.push('abcdefghij');
s.push('klmno');
log('s', s.read(0), s.readableLength);
log('s', s.read(3), s.readableLength);
log('s', s.read(9), s.readableLength);
log('s', s.read(4), s.readableLength);
log('s', s.read(-1), s.readableLength);
log('s', s.read(3), s.readableLength);
log('s', s.read(), s.readableLength);
s.push('pq');
s.push('r');
log('s', s.read(), s.readableLength);
s.push('st');
s.push(null);
log('s', s.read(3), s.readableLength);
log('s', s.read(), s.read(1));
