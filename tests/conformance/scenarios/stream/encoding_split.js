const { setTimeout: sleep } = require('node:timers/promises');

// Enough turns of the loop for all that follows from the last call.
async function settle() {
  for (let turn = 0; turn < 12; turn += 1) await sleep(1);
}

(async () => {
  class Source extends stream.Readable {
    _read() {}
  }
  const feed = async (name, encoding, hex, sizes) => {
    const s = new Source();
    log(name, s.readableEncoding);
    s.setEncoding(encoding);
    log(name, s.readableEncoding);
    s.on('data', (text) => log(name, 'data', text));
    s.on('end', () => log(name, 'end'));
    const bytes = Buffer.from(hex, 'hex');
    let at = 0;
    for (const size of sizes) {
      const chunk = bytes.subarray(at, at + size);
      at += size;
      await settle();
      s.push(chunk);
    }
    await settle();
    s.push(null);
  };
  await feed('utf8', 'utf8', 'c3a9e282acf09f9880', [1, 1, 1, 2, 3, 1]);
  await feed('cut', 'utf8', '61e282', [2, 1]);
  await feed('wrong', 'utf-8', '61ff62c361', [1, 1, 1, 1, 1]);
  await feed('wide', 'utf16le', '61003dd800de6200', [1, 3, 1, 2, 1]);
  await feed('base64', 'base64', '616263646566', [1, 1, 2, 2]);
  await feed('hex', 'hex', '00ff7f', [1, 2]);
  await feed('latin1', 'latin1', 'e9ff', [1, 1]);
  await feed('upper', 'UTF8', 'c3a9', [1, 1]);
})();
