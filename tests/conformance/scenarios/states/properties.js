eachState((name, socket) => {
  state(name, socket, 'connecting', 'pending', 'destroyed', 'closed', 'readyState', 'errored');
  state(name, socket, 'readable', 'readableEnded', 'readableFlowing', 'readableAborted');
  state(name, socket, 'writable', 'writableEnded', 'writableFinished', 'writableNeedDrain');
});
