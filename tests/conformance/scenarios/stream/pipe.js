const chunks = ['one', 'two', 'three', null];
class Source extends stream.Readable {
  _read() { this.push(chunks.shift()); }
}
class Sink extends stream.Writable {
  _write(chunk, encoding, callback) {
    log('sink', '_write', chunk);
    callback(null);
  }
}
const source = observe('source', new Source());
const sink = watch('sink', new Sink(), 'finish', 'error', 'close');
sink.on('pipe', (from) => log('sink', 'pipe', from === source, source.readableFlowing));
sink.on('unpipe', (from) => log('sink', 'unpipe', from === source, sink.writableFinished));
log('source', source.pipe(sink) === sink, source.readableFlowing);
log('sink', 'piped');
