class Sink extends stream.Writable {
  _write(chunk, encoding, callback) { this.release = () => callback(null); }
}
for (const [mark, size] of [[0, 0], [0, 1], [3, 2], [3, 3], [3, 4], [16384, 16383], [16384, 16384]]) {
  const name = `${size} of ${mark}`;
  const s = observe(name, new Sink({ highWaterMark: mark }));
  log(name, s.write(Buffer.alloc(size)), s.writableLength, s.writableNeedDrain);
  s.release();
  log(name, s.writableLength, s.writableNeedDrain);
}
