let n = 0;
class Source extends stream.Readable {
  _read(size) {
    log('s', '_read', size);
    n += 1;
    const chunk = n > 4 ? null : 'abc';
    later(0.001, () => log('push', this.push(chunk)));
  }
}
const s = new Source({ highWaterMark: 7 });
observe('s', s);
s.on('data', (chunk) => log('s', 'data', chunk, s.readableLength));
