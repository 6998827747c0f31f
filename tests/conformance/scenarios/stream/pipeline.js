const EVENTS = ['end', 'finish', 'error', 'close', 'pipe', 'unpipe'];
function run(name, source, last, act = () => {}) {
  const a = watch(`${name} a`, source, ...EVENTS);
  const b = watch(`${name} b`, new stream.PassThrough(), ...EVENTS);
  const c = watch(`${name} c`, last, ...EVENTS);
  const given = stream.pipeline(a, b, c, done(name, 'done'));
  log(name, given === c);
  act(a, b, c);
}
class Sink extends stream.Writable {
  _write(chunk, encoding, callback) {
    callback(chunk.toString() === 'bad' ? new Error('bad chunk') : null);
  }
}
run('well', stream.Readable.from(['x', 'y']), new Sink());
run('source fails', new stream.PassThrough(), new Sink(), (a) => a.destroy(new Error('a')));
run('middle fails', new stream.PassThrough(), new Sink(), (a, b) => b.destroy(new Error('b')));
run('last fails', stream.Readable.from(['x', 'bad', 'y']), new Sink());
run('source closes', new stream.PassThrough(), new Sink(), (a) => a.destroy());
run('last closes', new stream.PassThrough(), new Sink(), (a, b, c) => c.destroy());
run('last is read on', stream.Readable.from(['x', 'y']), new stream.PassThrough());
