class Sink extends stream.Writable {
  _write(chunk, encoding, callback) { callback(null); }
}
const ended = observe('ended', new Sink());
ended.end('x', done('ended', 'end'));
ended.destroy();
const failed = observe('failed', new Sink());
failed.end('x', done('failed', 'end'));
failed.destroy(new Error('boom'));
const inwrite = observe('inwrite', new (class Self extends stream.Writable {
  _write(chunk, encoding, callback) {
    this.destroy(new Error('from _write'));
    callback(null);
  }
})());
log('inwrite', inwrite.write('x', done('inwrite', 'x')), inwrite.destroyed);
const infinish = observe('infinish', new Sink());
infinish.on('finish', () => infinish.destroy(new Error('from finish')));
infinish.end(done('infinish', 'end'));
const incallback = observe('incallback', new Sink());
incallback.write('x', () => incallback.destroy());
incallback.write('y', done('incallback', 'y'));
const indrain = observe('indrain', new (class Slow extends stream.Writable {
  _write(chunk, encoding, callback) { later(0.001, () => callback(null)); }
})({ highWaterMark: 1 }));
indrain.on('drain', () => indrain.destroy());
indrain.write('x', done('indrain', 'x'));
