const chunks = ['one', 'two', 'three', null];
class Source extends stream.Readable {
  _read() {
    later(0.001, () => this.push(chunks.shift()));
  }
}
const s = new Source();
s.on('end', () => log('s', 'end'));
s.on('close', () => log('s', 'close'));
(async () => {
  for await (const chunk of s) log('loop', chunk);
  log('loop', 'over');
})();
