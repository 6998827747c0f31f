class Source extends stream.Readable {}
const s = observe('s', new Source());
log('s', s.read(), s.destroyed);
const d = observe('d', new Source());
d.resume();
