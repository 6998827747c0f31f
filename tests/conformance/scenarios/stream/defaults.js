class In extends stream.Readable {}
class Out extends stream.Writable {}
class Both extends stream.Duplex {}
const readable = (name, s) => state(
  name, s, 'readable', 'readableEnded', 'readableFlowing', 'readableLength',
  'readableHighWaterMark', 'readableEncoding', 'readableAborted', 'readableDidRead',
  'readableObjectMode', 'destroyed', 'closed', 'errored',
);
const writable = (name, s) => state(
  name, s, 'writable', 'writableEnded', 'writableFinished', 'writableLength',
  'writableHighWaterMark', 'writableNeedDrain', 'writableCorked', 'writableObjectMode',
  'destroyed', 'closed', 'errored',
);
readable('in', new In());
writable('out', new Out());
readable('both', new Both());
writable('both', new Both());
log('both', new Both().allowHalfOpen, new In().isPaused());
