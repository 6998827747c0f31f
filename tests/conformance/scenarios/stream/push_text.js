class Source extends stream.Readable {
  _read() {}
}
const s = new Source();
s.push('h\u00e9');
s.push('e9', 'hex');
s.push('aGk=', 'base64');
s.push('\u00e9', 'latin1');
s.push('a', 'utf16le');
log('s', s.read());
const l = new Source({ defaultEncoding: 'latin1' });
l.push('\u00e9');
log('l', l.read());
const h = new Source({ encoding: 'hex' });
h.push('61', 'hex');
h.push('abc');
h.push('6566', 'hex');
log('h', h.readableEncoding, h.read());
