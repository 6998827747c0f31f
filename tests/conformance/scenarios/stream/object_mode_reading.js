class Source extends stream.Readable {
  _read(size) { log('s', '_read', size); }
}
const s = new Source({ objectMode: true, highWaterMark: 3 });
log('s', s.push(1), s.push(0), s.push(''), s.push(false), s.readableLength);
log('s', s.unshift('first'), s.readableLength);
log('s', s.read(), s.read(1), s.read(5), s.readableLength);
log('s', s.read(0), s.readableLength);
s.push([1, 2]);
s.push(null);
log('s', s.readableLength, s.readableHighWaterMark);
s.on('data', (value) => log('s', 'data', value));
s.on('end', () => log('s', 'end'));
