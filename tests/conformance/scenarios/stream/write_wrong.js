class Sink extends stream.Writable {
  _write(chunk, encoding, callback) { callback(null); }
}
const s = observe('s', new Sink());
attempt('s', 'null', () => s.write(null));
attempt('s', 'number', () => s.write(7));
attempt('s', 'array', () => s.write([1]));
attempt('s', 'boolean', () => s.write(true));
attempt('s', 'end', () => s.end(7));
state('s', s, 'writable', 'writableEnded', 'destroyed', 'errored', 'writableLength');
const o = observe('o', new Sink({ objectMode: true }));
attempt('o', 'null', () => o.write(null));
attempt('o', 'number', () => o.write(7));
const none = observe('none', new (class Plain extends stream.Writable {})());
attempt('none', 'write', () => none.write('x'));
