const { setTimeout: sleep } = require('node:timers/promises');

// Enough turns of the loop for all that follows from the last call.
async function settle() {
  for (let turn = 0; turn < 12; turn += 1) await sleep(1);
}

(async () => {
  class Source extends stream.Readable {
    _read() {}
  }
  const s = new Source();
  observe('s', s);
  let header = '';
  const onreadable = () => {
    let chunk;
    while ((chunk = s.read()) !== null) {
      log('s', 'got', chunk);
      header += chunk.toString();
      const at = header.indexOf('|');
      if (at >= 0) {
        const rest = header.slice(at + 1);
        s.off('readable', onreadable);
        if (rest.length) s.unshift(rest);
        s.on('data', (data) => log('s', 'data', data));
        return;
      }
    }
  };
  s.on('readable', onreadable);
  await settle();
  s.push('hea');
  await settle();
  s.push('der|body');
  await settle();
  s.push('more');
  await settle();
  s.push(null);
})();
