class Both extends stream.Duplex {
  _read() {}
  _write(chunk, encoding, callback) { callback(null); }
}
const d = new Both();
log('pause', d.pause() === d);
log('resume', d.resume() === d);
log('setEncoding', d.setEncoding('utf8') === d);
log('setDefaultEncoding', d.setDefaultEncoding('latin1') === d);
log('unpipe', d.unpipe() === d);
const other = new Both();
log('pipe', d.pipe(other) === other);
log('unpipe', d.unpipe(other) === d);
log('end', d.end() === d);
log('destroy', d.destroy() === d);
log('again', d.destroy() === d);
log('cork', d.cork(), d.uncork());
