class Sink extends stream.Writable {
  _write(chunk, encoding, callback) {
    callback(null);
    callback(null);
  }
}
const write = observe('write', new Sink());
write.write('x', done('write', 'callback'));
class Late extends stream.Writable {
  _write(chunk, encoding, callback) {
    later(0.001, () => {
      callback(null);
      callback(null);
    });
  }
}
const late = observe('late', new Late());
late.write('x', done('late', 'callback'));
class Final extends stream.Writable {
  _write(chunk, encoding, callback) { callback(null); }
  _final(callback) {
    callback(null);
    callback(null);
  }
}
const final = observe('final', new Final());
final.end(done('final', 'end'));
class Construct extends stream.Writable {
  _construct(callback) {
    callback(null);
    callback(null);
  }
  _write(chunk, encoding, callback) { callback(null); }
}
const construct = observe('construct', new Construct());
construct.write('x', done('construct', 'callback'));
