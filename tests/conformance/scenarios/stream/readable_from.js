const text = watch('text', stream.Readable.from('text'), 'data', 'end', 'close');
state('text', text, 'readableObjectMode', 'readableHighWaterMark');
watch('bytes', stream.Readable.from(Buffer.from('bytes')), 'data', 'end', 'close');
const list = watch('list', stream.Readable.from(['a', 'b', 'c']), 'data', 'end', 'close');
state('list', list, 'readableObjectMode', 'readableHighWaterMark');
function* numbers() {
  try {
    for (let i = 0; i < 5; i += 1) {
      log('gen', 'gives', i);
      yield i;
    }
  } finally {
    log('gen', 'closed');
  }
}
const cut = watch('cut', stream.Readable.from(numbers()), 'end', 'error', 'close');
cut.on('data', (n) => {
  log('cut', n);
  if (n === 2) cut.destroy();
});
const failing = stream.Readable.from((function* () {
  yield 'x';
  throw new Error('no more');
})());
watch('failing', failing, 'data', 'end', 'error', 'close');
const nulls = watch('nulls', stream.Readable.from(['x', null, 'y']), 'data', 'end', 'close');
nulls.on('error', (error) => log('nulls', error.code));
attempt('bad', 'from', () => stream.Readable.from(5));
