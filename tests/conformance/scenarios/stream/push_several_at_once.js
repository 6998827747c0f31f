const rounds = [['a', 'b', 'c'], ['d', 'e', null]];
class Source extends stream.Readable {
  _read() {
    const round = rounds.shift();
    log('s', '_read', round.length);
    for (const chunk of round) log('push', this.push(chunk));
  }
}
const s = new Source({ highWaterMark: 3 });
observe('s', s);
s.on('data', (chunk) => log('s', 'data', chunk, s.readableLength));
