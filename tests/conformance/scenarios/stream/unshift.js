class Source extends stream.Readable {
  _read() {}
}
const s = new Source({ highWaterMark: 8 });
s.push('cd');
log('s', s.unshift('ab'), s.readableLength);
log('s', s.read(3), s.readableLength);
log('s', s.unshift('xyz'), s.unshift('1234'), s.unshift(''), s.readableLength);
log('s', s.read(), s.readableLength);
log('s', s.unshift('e9', 'hex'), s.read());
s.setEncoding('utf8');
s.push('b');
s.unshift('a');
s.unshift('ff', 'hex');
log('s', s.readableLength, s.read());
