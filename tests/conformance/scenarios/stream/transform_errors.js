class Fails extends stream.Transform {
  _transform(chunk, encoding, callback) {
    callback(chunk.toString() === 'bad' ? new Error('refused') : null, chunk);
  }
  _flush(callback) {
    callback(new Error('no flush'));
  }
}
const s = watch('s', new Fails(), 'data', 'end', 'finish', 'error', 'close');
s.write('good', done('s', 'good'));
s.write('bad', done('s', 'bad'));
s.write('late', done('s', 'late'));
const f = watch('f', new Fails(), 'data', 'end', 'finish', 'error', 'close');
f.end('good', done('f', 'end'));
const t = new stream.Transform();
t.on('error', () => log('t', 'error'));
attempt('t', 'write', () => t.write('x'));
