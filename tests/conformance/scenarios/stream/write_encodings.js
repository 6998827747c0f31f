class Sink extends stream.Writable {
  _write(chunk, encoding, callback) {
    log(this.name, '_write', chunk, encoding);
    callback(null);
  }
}
const make = (name, options) => Object.assign(new Sink(options), { name });
const s = make('s', {});
s.write('\u00e9');
s.write('\u00e9', 'latin1');
s.write('c3a9', 'hex');
s.write('aGk=', 'base64', done('s', 'callback'));
s.write('a', 'UTF16LE');
s.write('\ud800');
s.write(Buffer.from('x'), 'hex');
s.write(new Uint8Array([1, 2]));
s.setDefaultEncoding('hex');
s.write('ff');
s.setDefaultEncoding('Latin1');
s.write('\u00ff');
s.end('\u00e9', 'utf8');
const plain = make('plain', { decodeStrings: false });
plain.write('\u00e9');
plain.write('ff', 'hex');
plain.write(Buffer.from('x'));
log('plain', plain.writableLength);
const latin = make('latin', { defaultEncoding: 'latin1' });
latin.write('\u00e9');
const wrong = make('wrong', {});
attempt('wrong', 'write', () => wrong.write('x', 'no such'));
attempt('wrong', 'setDefaultEncoding', () => wrong.setDefaultEncoding('no such'));
attempt('wrong', 'constructor', () => make('wrong', { defaultEncoding: 'no such' }));
attempt('wrong', 'end', () => wrong.end('x', 'no such'));
log('wrong', wrong.destroyed, wrong.writableEnded);
