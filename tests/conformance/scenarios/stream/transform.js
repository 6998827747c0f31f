class Upper extends stream.Transform {
  _transform(chunk, encoding, callback) {
    callback(null, chunk.toString().toUpperCase());
  }
  _flush(callback) {
    this.push('<');
    callback(null, '>');
  }
}
const s = watch('s', new Upper(), 'end', 'finish', 'error', 'close');
collect('data', s);
s.write('one', done('s', 'one'));
s.write('two', done('s', 'two'));
s.end('three', done('s', 'callback'));
s.on('close', () => state('s', s, 'readableEnded', 'writableFinished', 'destroyed', 'closed'));
