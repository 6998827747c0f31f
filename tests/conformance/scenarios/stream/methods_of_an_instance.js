// A stream calls the methods that it has at that time: they may be set on it once it is made.
const source = watch('source', new stream.Readable(), 'end', 'error', 'close');
const parts = ['a', 'b', null];
source._read = () => {
  log('source', '_read');
  source.push(parts.shift());
};
source._destroy = (error, callback) => {
  log('source', '_destroy', error);
  callback(error);
};
source.on('readable', () => {
  for (let chunk = source.read(); chunk !== null; chunk = source.read()) {
    log('source', 'read', chunk);
  }
});

function methods(name, sink) {
  sink._final = (callback) => {
    log(name, '_final');
    callback();
  };
  sink._destroy = (error, callback) => {
    log(name, '_destroy', error);
    callback(error);
  };
  return watch(name, sink, 'prefinish', 'finish', 'error', 'close');
}

function writing(name, sink) {
  sink._write = (chunk, encoding, callback) => {
    log(name, '_write', chunk);
    callback();
  };
  return methods(name, sink);
}

const sink = writing('sink', new stream.Writable());
sink.write('one');
sink._write = (chunk, encoding, callback) => {
  log('sink', 'another _write', chunk);
  later(0.001, callback);
};
sink.write('two');
sink.end('three', done('sink', 'end'));

const several = writing('several', new stream.Writable());
several.cork();
several.write('one');
several.write('two');
several._writev = (chunks, callback) => {
  log('several', '_writev', chunks.map(({ chunk }) => chunk));
  callback();
};
several.uncork();
several.end();

const failing = writing('failing', new stream.Writable());
failing.destroy(new Error('why'));

const both = writing('both', new stream.Duplex());
both._read = () => both.push(null);
both.on('data', () => {});
both.end('x');

const upper = watch('upper', new stream.Transform(), 'data', 'end', 'finish', 'error', 'close');
upper._transform = (chunk, encoding, callback) => {
  callback(null, chunk.toString().toUpperCase());
};
upper._flush = (callback) => callback(null, '!');
upper.end('x');
