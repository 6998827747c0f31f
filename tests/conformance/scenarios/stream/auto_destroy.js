const { setTimeout: sleep } = require('node:timers/promises');

// Enough turns of the loop for all that follows from the last call.
async function settle() {
  for (let turn = 0; turn < 12; turn += 1) await sleep(1);
}

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
  await settle();
  state('kept', kept, 'readableEnded', 'writableFinished', 'destroyed', 'closed');
  kept.destroy();
  const gone = observe('gone', new Both());
  gone.resume();
  gone.push(null);
  gone.end();
  await settle();
  state('gone', gone, 'readableEnded', 'writableFinished', 'destroyed', 'closed');
  const failed = observe('failed', new Both({ autoDestroy: false }));
  failed.write('bad', (error) => log('failed', 'callback', error));
  await settle();
  state('failed', failed, 'destroyed', 'closed', 'errored', 'readable', 'writable');
  log('failed', failed.write('x', (error) => log('failed', 'callback', error)));
  await settle();
  failed.destroy();
  const silent = observe('silent', new Both({ emitClose: false }));
  silent.destroy(new Error('boom'));
  await settle();
  log('silent', silent.destroyed, silent.closed);
})();
