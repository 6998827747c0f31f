class Sink extends stream.Writable {
  _write(chunk, encoding, callback) { later(0.001, () => callback(null)); }
}
const s = new Sink();
watch('s', s, 'prefinish', 'finish', 'close');
s.on('prefinish', () => log('s', s.writableFinished, s.writableEnded));
s.write('x', done('s', 'x'));
s.end(done('s', 'end'));
