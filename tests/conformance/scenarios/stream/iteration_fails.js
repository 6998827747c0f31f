let asked = false;
class Source extends stream.Readable {
  _read() {
    if (asked) later(0.001, () => this.destroy(new Error('boom')));
    else later(0.001, () => this.push('one'));
    asked = true;
  }
}
const s = watch('s', new Source({ highWaterMark: 1 }), 'end', 'close');
(async () => {
  try {
    for await (const chunk of s) log('loop', chunk);
    log('loop', 'over');
  } catch (error) {
    log('loop', error);
  }
})();
