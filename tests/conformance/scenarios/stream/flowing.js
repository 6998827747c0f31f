const chunks = ['one', 'two', 'three', null];
class Source extends stream.Readable {
  _read() {
    const chunk = chunks.shift();
    log('s', '_read', chunk);
    this.push(chunk);
  }
}
const s = new Source();
observe('s', s);
log('s', s.readableFlowing);
s.on('data', (chunk) => log('s', 'data', chunk));
log('s', s.readableFlowing, s.readableDidRead);
s.on('end', () => state('s', s, 'readable', 'readableEnded', 'readableDidRead', 'destroyed'));
s.on('close', () => state('s', s, 'readable', 'readableEnded', 'readableAborted', 'closed'));
