let n = 0;
class Source extends stream.Readable {
  _read(size) {
    n += 1;
    log('s', '_read', size);
    later(0.001, () => this.push(n > 3 ? null : 'x'));
  }
}
const s = new Source({ highWaterMark: 0 });
observe('s', s);
s.on('readable', () => {
  log('s', 'readable', s.readableLength);
  let chunk;
  while ((chunk = s.read()) !== null) log('s', 'got', chunk);
});
