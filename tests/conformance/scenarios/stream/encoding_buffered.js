class Source extends stream.Readable {
  _read() {}
}
const s = new Source();
s.push(Buffer.from('61c3a962e2', 'hex'));
s.push(Buffer.from('82acc3', 'hex'));
log('s', s.readableLength, s.readableEncoding);
s.setEncoding('utf8');
log('s', s.readableLength, s.readableEncoding);
log('s', s.read(2), s.readableLength);
s.push(Buffer.from('a9', 'hex'));
log('s', s.readableLength, s.read(), s.readableLength);
s.push(Buffer.from('6162c3', 'hex'));
s.push(null);
log('s', s.readableLength, s.read(1), s.read());
attempt('wrong', 'setEncoding', () => s.setEncoding('no such'));
attempt('wrong', 'constructor', () => new Source({ encoding: 'no such' }));
