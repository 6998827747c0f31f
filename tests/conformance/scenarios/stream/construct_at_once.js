class Source extends stream.Readable {
  _construct(callback) {
    log('source', '_construct');
    callback(null);
  }
  _read() {
    log('source', '_read');
    this.push(null);
  }
}
const source = observe('source', new Source());
log('source', 'new', source.read());
source.resume();
class Sink extends stream.Writable {
  _construct(callback) {
    log('sink', '_construct');
    callback(null);
  }
  _writev(chunks, callback) {
    log('sink', '_writev', chunks.length);
    callback(null);
  }
}
const sink = observe('sink', new Sink());
sink.write('a', done('sink', 'a'));
sink.write('b', done('sink', 'b'));
sink.end(done('sink', 'end'));
log('sink', 'new', sink.writableLength);
