const e = new EventEmitter();
for (const method of ['on', 'once', 'prependListener', 'prependOnceListener', 'off']) {
  for (const wrong of ['text', 7, {}]) {
    try {
      e[method]('x', wrong);
      log(method, 'accepted');
    } catch (error) {
      log(method, error.code);
    }
  }
}
log('e', e.listenerCount('x'), e.emit('x'));
