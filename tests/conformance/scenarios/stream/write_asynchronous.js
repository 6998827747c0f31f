class Sink extends stream.Writable {
  _write(chunk, encoding, callback) {
    log('s', '_write', chunk, this.writableLength);
    later(0.001, () => callback(null));
  }
}
const s = observe('s', new Sink({ highWaterMark: 4 }));
s.on('drain', () => log('s', s.writableLength, s.writableNeedDrain));
log('s', s.write('ab', done('s', 'callback 1')), s.writableLength, s.writableNeedDrain);
log('s', s.write('c', done('s', 'callback 2')), s.writableLength, s.writableNeedDrain);
log('s', s.write('d', done('s', 'callback 3')), s.writableLength, s.writableNeedDrain);
log('s', s.write('e', done('s', 'callback 4')), s.writableLength, s.writableNeedDrain);
s.once('drain', () => {
  log('s', s.write('f', done('s', 'callback 5')), s.writableNeedDrain);
  log('s', s.write('ghij', done('s', 'callback 6')), s.writableNeedDrain);
  s.once('drain', () => s.end(done('s', 'end')));
});
