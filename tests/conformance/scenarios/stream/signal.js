const { setTimeout: sleep } = require('node:timers/promises');

// Enough turns of the loop for all that follows from the last call.
async function settle() {
  for (let turn = 0; turn < 12; turn += 1) await sleep(1);
}

(async () => {
  class Both extends stream.Duplex {
    _read() {}
    _write(chunk, encoding, callback) { callback(null); }
  }
  const before = new AbortController();
  const open = observe('open', new Both({ signal: before.signal }));
  open.on('error', (error) => log('open', error.cause === before.signal.reason, open.destroyed));
  await settle();
  before.abort();
  log('open', open.destroyed, open.errored);
  const early = new AbortController();
  early.abort();
  const aborted = observe('aborted', new Both({ signal: early.signal }));
  state('aborted', aborted, 'destroyed');
  await settle();
  state('aborted', aborted, 'destroyed', 'closed', 'errored');
  const late = new AbortController();
  const closed = observe('closed', new Both({ signal: late.signal }));
  closed.destroy();
  await settle();
  late.abort();
  log('closed', closed.errored);
  const reasoned = new AbortController();
  const reason = new Error('because');
  const other = observe('reason', new Both({ signal: reasoned.signal }));
  other.on('error', (error) => log('reason', error.cause === reason));
  reasoned.abort(reason);
})();
