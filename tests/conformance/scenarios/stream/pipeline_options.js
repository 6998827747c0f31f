const EVENTS = ['end', 'finish', 'error', 'close'];
const kept = watch('kept', new stream.PassThrough(), ...EVENTS);
kept.resume();
const { pipeline } = require('node:stream/promises');
pipeline(stream.Readable.from(['x', 'y']), kept, { end: false }).then(
  () => state('kept', kept, 'writableEnded', 'destroyed'),
);
function aborted(name, act) {
  const controller = new AbortController();
  const a = watch(`${name} a`, new stream.PassThrough(), ...EVENTS);
  const b = watch(`${name} b`, new stream.PassThrough(), ...EVENTS);
  act(controller);
  pipeline(a, b, { signal: controller.signal }).catch((error) => log(name, error.code));
  return controller;
}
aborted('before', (controller) => controller.abort());
aborted('later', (controller) => later(0.01, () => controller.abort()));
attempt('bad', 'one', () => stream.pipeline(new stream.PassThrough(), () => {}));
attempt('bad', 'middle', () => stream.pipeline(new stream.PassThrough(), 5, () => {}));
