const values = [1, 'two', [3], false, null];
class Source extends stream.Readable {
  _read() { this.push(values.shift()); }
}
class Sink extends stream.Writable {
  _write(value, encoding, callback) {
    log('sink', '_write', value);
    later(0.001, () => callback(null));
  }
}
const source = observe('source', new Source({ objectMode: true, highWaterMark: 1 }));
const sink = watch('sink', new Sink({ objectMode: true, highWaterMark: 2 }), 'drain', 'finish', 'close');
source.pipe(sink);
