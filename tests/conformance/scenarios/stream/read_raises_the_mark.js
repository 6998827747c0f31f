class Source extends stream.Readable {
  _read(size) { log('s', '_read', size); }
}
const s = new Source({ highWaterMark: 10 });
log('s', s.read(5), s.readableHighWaterMark);
log('s', s.read(11), s.readableHighWaterMark);
log('s', s.read(100), s.readableHighWaterMark);
s.push('x'.repeat(90));
log('s', s.read(100), s.readableLength);
log('s', s.read(64), s.readableLength, s.readableHighWaterMark);
