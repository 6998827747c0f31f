let n = 0;
class Source extends stream.Readable {
  _read() {
    n += 1;
    log('s', '_read', n);
    this.push(n > 3 ? null : 'x');
  }
}
const s = new Source();
observe('s', s);
s.resume();
log('s', 'called', s.readableFlowing);
s.on('end', () => log('s', s.readableDidRead));
