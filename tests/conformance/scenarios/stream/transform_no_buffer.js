const s = new stream.PassThrough({ highWaterMark: 0 });
state('s', s, 'readableHighWaterMark', 'writableHighWaterMark');
const t = new stream.PassThrough({ readableHighWaterMark: 0, writableHighWaterMark: 9 });
state('t', t, 'readableHighWaterMark', 'writableHighWaterMark');
const u = new stream.PassThrough({ readableObjectMode: true });
state('u', u, 'readableHighWaterMark', 'writableHighWaterMark', 'readableObjectMode',
  'writableObjectMode');
log('s', s.write('x'));
later(0.01, () => {
  state('s', s, 'readableLength', 'writableLength');
  s.end();
  watch('s', s, 'data', 'end', 'finish', 'close');
});
