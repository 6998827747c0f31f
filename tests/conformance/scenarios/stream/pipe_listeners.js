class Source extends stream.Readable {
  _read() {}
}
class Sink extends stream.Writable {
  _write(chunk, encoding, callback) { callback(null); }
}
const source = new Source();
const sink = new Sink();
const count = (word) => {
  log('source', word, source.listenerCount('data'), source.listenerCount('end'));
  log('sink', word, ...['close', 'finish', 'drain', 'error', 'unpipe', 'pipe'].map(
    (name) => sink.listenerCount(name),
  ));
};
count('before');
source.pipe(sink);
count('piped');
source.unpipe(sink);
count('unpiped');
source.pipe(sink);
source.pipe(sink);
count('twice');
source.unpipe();
count('all');
