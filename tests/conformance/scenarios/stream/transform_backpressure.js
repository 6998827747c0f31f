let transformed = 0;
class Counts extends stream.Transform {
  _transform(chunk, encoding, callback) {
    transformed += 1;
    callback(null, chunk);
  }
}
const s = watch('s', new Counts({ highWaterMark: 4 }), 'drain', 'end', 'finish', 'close');
const answers = [];
for (let i = 0; i < 6; i += 1) answers.push(s.write('abc'));
later(0.02, () => {
  log('s', answers, transformed);
  state('s', s, 'readableLength', 'writableLength', 'writableNeedDrain');
  log('s', s.read(6));
  later(0.02, () => {
    log('s', transformed);
    state('s', s, 'readableLength', 'writableLength', 'writableNeedDrain');
    s.end();
    s.on('data', (chunk) => log('s', chunk));
  });
});
