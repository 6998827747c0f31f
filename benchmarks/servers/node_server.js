// Node's net. The command line is that of all servers here.
'use strict';
const fs = require('node:fs');
const net = require('node:net');
const { parseArgs } = require('node:util');

const { values: options, positionals: [mode] } = parseArgs({
  allowPositionals: true,
  options: {
    'unix': { type: 'string' },
    'no-delay': { type: 'boolean', default: false },
    'backlog': { type: 'string', default: '511' },
    'to': { type: 'string' },
    'file': { type: 'string' },
  },
});

const CHUNK = Buffer.alloc(65536, 'x');
const PIECE = Buffer.alloc(64, 'x');
const PIECES = 16;
const HEADER = Buffer.alloc(100, 'x');
const BODY = Buffer.alloc(1024, 'x');

const writePieces = (c) => {
  for (let i = 0; i < PIECES; i++) c.write(PIECE);
};
const writeTwo = (c) => {
  c.write(HEADER);
  c.write(BODY);
};
// Joined: the writes of one listener as one system call, by the stream's own means.
const joined = (write) => (c) => c.on('data', () => {
  c.cork();
  write(c);
  c.uncork();
});

const modes = {
  'echo': (c) => c.on('data', (data) => c.write(data)),
  'listeners': (c) => {
    c.on('data', (data) => c.write(data));
    c.on('close', () => {});
    c.setTimeout(30_000);
  },
  'two-listeners': (c) => {
    let total = 0;
    c.on('data', (data) => c.write(data));
    c.on('data', (data) => { total += data.length; });
  },
  'encoding': (c) => {
    c.setEncoding('utf8');
    c.on('data', (text) => c.write(text));
  },
  'sixteen': (c) => c.on('data', () => writePieces(c)),
  'sixteen-joined': joined(writePieces),
  'two-writes': (c) => c.on('data', () => writeTwo(c)),
  'two-writes-joined': joined(writeTwo),
  'sink': (c) => {
    let total = 0;
    c.on('data', (data) => { total += data.length; });
  },
  'source': (c) => {
    const more = (error) => { if (!error) c.write(CHUNK, more); };
    more();
  },
  'pipe': (c) => c.pipe(c),
  'proxy': (c) => {
    const target = net.connect(Number(options.to), '127.0.0.1');
    c.on('error', () => target.destroy());
    target.on('error', () => c.destroy());
    c.pipe(target).pipe(c);
  },
  'file': (c) => {
    const again = () => {
      if (c.destroyed) return;
      fs.createReadStream(options.file).on('end', again).pipe(c, { end: false });
    };
    again();
  },
};

if (!Object.hasOwn(modes, mode)) {
  console.error(`unknown mode: ${mode}`);
  process.exit(2);
}
const server = net.createServer({ noDelay: options['no-delay'] }, (c) => {
  c.on('error', () => {}); // without it a reset connection would end the process
  modes[mode](c);
});
const where = options.unix ? { path: options.unix } : { port: 0, host: '127.0.0.1' };
server.listen({ ...where, backlog: Number(options.backlog) }, () => {
  console.log(options.unix ?? server.address().port);
});
