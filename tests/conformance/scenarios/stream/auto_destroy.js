const { setTimeout: sleep } = require('node:timers/promises');

(async () => {
  class Both extends stream.Duplex {
    _read() {}
    _write(chunk, encoding, callback) {
      callback(String(chunk) === 'bad' ? new Error('bad chunk') : null);
    }
  }
  const kept = observe('kept', new Both({ autoDestroy: false }));
  kept.resume();
  kept.push(null);
  kept.end();
  await sleep(20);
  state('kept', kept, 'readableEnded', 'writableFinished', 'destroyed', 'closed');
  kept.destroy();
  const gone = observe('gone', new Both());
  gone.resume();
  gone.push(null);
  gone.end();
  await sleep(20);
  state('gone', gone, 'readableEnded', 'writableFinished', 'destroyed', 'closed');
  const failed = observe('failed', new Both({ autoDestroy: false }));
  failed.write('bad', (error) => log('failed', 'callback', error));
  await sleep(20);
  state('failed', failed, 'destroyed', 'closed', 'errored', 'readable', 'writable');
  log('failed', failed.write('x', (error) => log('failed', 'callback', error)));
  await sleep(20);
  failed.destroy();
  const silent = observe('silent', new Both({ emitClose: false }));
  silent.destroy(new Error('boom'));
  await sleep(20);
  log('silent', silent.destroyed, silent.closed);
})();
