class Both extends stream.Duplex {
  _construct(callback) {
    log('s', '_construct');
    later(0.001, () => {
      log('s', 'constructed');
      callback(null);
    });
  }
  _read() {
    log('s', '_read');
    this.push(null);
  }
  _write(chunk, encoding, callback) {
    log('s', '_write', chunk);
    callback(null);
  }
  _final(callback) {
    log('s', '_final');
    callback(null);
  }
}
const s = observe('s', new Both({ highWaterMark: 3 }));
log('s', 'new');
s.on('data', () => {});
log('s', s.write('ab', done('s', 'ab')), s.write('cd', done('s', 'cd')), s.writableLength);
s.end(done('s', 'end'));
log('s', 'ended');
