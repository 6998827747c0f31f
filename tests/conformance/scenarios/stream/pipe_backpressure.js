let n = 0;
class Source extends stream.Readable {
  _read() {
    n += 1;
    this.push(n > 4 ? null : `chunk ${n}`);
  }
}
class Sink extends stream.Writable {
  _write(chunk, encoding, callback) {
    log('sink', '_write', chunk, this.writableLength);
    later(0.001, () => callback(null));
  }
}
const source = observe('source', new Source({ highWaterMark: 1 }));
const sink = watch('sink', new Sink({ highWaterMark: 10 }), 'drain', 'finish', 'close');
source.pipe(sink);
