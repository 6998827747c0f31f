class In extends stream.Readable {}
class Out extends stream.Writable {}
class Both extends stream.Duplex {}
const marks = (name, s) => log(
  name, s.readableHighWaterMark, s.writableHighWaterMark, s.readableObjectMode, s.writableObjectMode,
);
log('in', new In({ highWaterMark: 5 }).readableHighWaterMark);
log('in', new In({ highWaterMark: 0 }).readableHighWaterMark);
log('in', new In({ objectMode: true }).readableHighWaterMark);
log('in', new In({ objectMode: true, highWaterMark: 3 }).readableHighWaterMark);
log('out', new Out({ highWaterMark: 5 }).writableHighWaterMark);
log('out', new Out({ objectMode: true }).writableHighWaterMark);
marks('both', new Both({ highWaterMark: 5 }));
marks('both', new Both({ readableHighWaterMark: 5 }));
marks('both', new Both({ writableHighWaterMark: 5 }));
marks('both', new Both({ readableHighWaterMark: 5, writableHighWaterMark: 6 }));
marks('both', new Both({ highWaterMark: 7, readableHighWaterMark: 5 }));
marks('both', new Both({ objectMode: true }));
marks('both', new Both({ readableObjectMode: true }));
marks('both', new Both({ writableObjectMode: true }));
for (const wrong of [-1, 1.5, 'many', NaN]) {
  attempt('wrong', 'in', () => new In({ highWaterMark: wrong }).readableHighWaterMark);
  attempt('wrong', 'out', () => new Out({ highWaterMark: wrong }).writableHighWaterMark);
}
