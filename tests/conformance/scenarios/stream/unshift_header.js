const { setTimeout: sleep } = require('node:timers/promises');

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
  await sleep(20);
  s.push('hea');
  await sleep(20);
  s.push('der|body');
  await sleep(20);
  s.push('more');
  await sleep(20);
  s.push(null);
})();
