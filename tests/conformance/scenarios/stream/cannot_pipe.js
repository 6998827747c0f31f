class Sink extends stream.Writable {
  _write(chunk, encoding, callback) { callback(null); }
}
const s = observe('s', new Sink());
log('s', s.pipe(new Sink()), s.destroyed);
