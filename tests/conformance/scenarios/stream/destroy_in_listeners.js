let n = 0;
class Source extends stream.Readable {
  _read() {
    n += 1;
    log('read', n);
    this.push(n > 6 ? null : 'x');
  }
}
const data = new Source({ highWaterMark: 1 });
observe('data', data);
data.on('data', (chunk) => {
  log('data', 'data', chunk);
  if (n >= 2) data.destroy();
});
class Pushed extends stream.Readable {
  _read() {}
}
const readable = new Pushed();
observe('readable', readable);
readable.on('readable', () => {
  log('readable', 'readable', readable.read(1));
  readable.destroy(new Error('enough'));
  log('readable', readable.read(1));
});
readable.push('abc');
const end = new Pushed();
observe('end', end);
end.on('end', () => end.destroy(new Error('at the end')));
end.resume();
end.push(null);
const close = new Pushed();
observe('close', close);
close.on('close', () => {
  close.destroy(new Error('never seen'));
  log('close', close.errored, close.closed);
});
close.destroy();
