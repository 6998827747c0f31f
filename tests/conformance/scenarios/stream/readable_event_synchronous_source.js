const chunks = ['one', 'two', 'three', null];
class Source extends stream.Readable {
  _read() {
    log('s', '_read');
    this.push(chunks.shift() ?? null);
  }
}
const s = new Source({ highWaterMark: 5 });
observe('s', s);
s.on('readable', () => {
  log('s', 'readable', s.readableLength);
  let chunk;
  while ((chunk = s.read()) !== null) log('s', 'got', chunk);
  log('s', 'left', s.readableLength);
});
