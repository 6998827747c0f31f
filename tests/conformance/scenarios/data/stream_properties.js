const FIELDS = [
  'readable', 'readableEnded', 'readableFlowing', 'readableLength', 'readableHighWaterMark',
  'readableEncoding', 'readableAborted', 'readableDidRead', 'writable', 'writableEnded',
  'writableFinished', 'writableLength', 'writableHighWaterMark', 'writableNeedDrain',
  'writableCorked', 'closed', 'errored', 'destroyed',
];
pair((client, peer) => {
  log('client', 'open');
  state('client', client, ...FIELDS);
  client.on('data', () => {
    log('client', 'data');
    state('client', client, ...FIELDS);
  });
  client.on('end', () => {
    log('client', 'end');
    state('client', client, ...FIELDS);
  });
  client.on('finish', () => {
    log('client', 'finish');
    state('client', client, ...FIELDS);
  });
  client.on('close', () => {
    log('client', 'close');
    state('client', client, ...FIELDS);
  });
  peer.end('x');
});
