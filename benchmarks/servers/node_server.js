// Node's net. The command line is that of all servers here.
'use strict';
const { fork } = require('node:child_process');
const cluster = require('node:cluster');
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
    'workers': { type: 'string', default: '0' },
    'hand-over': { type: 'boolean', default: false }, // accept here, serve in a child
    'each-accepts': { type: 'boolean', default: false }, // SCHED_NONE
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
  'who': (c) => c.end(String(process.pid)),
};

if (!Object.hasOwn(modes, mode)) {
  console.error(`unknown mode: ${mode}`);
  process.exit(2);
}

const connected = (c) => {
  c.on('error', () => {}); // without it a reset connection would end the process
  modes[mode](c);
};
const serve = (onConnection, serverOptions) => {
  const server = net.createServer(serverOptions, onConnection);
  const where = options.unix ? { path: options.unix } : { port: 0, host: '127.0.0.1' };
  server.listen({ ...where, backlog: Number(options.backlog) }, () => {
    if (cluster.isPrimary) console.log(options.unix ?? server.address().port);
  });
};

if (options['hand-over'] && process.send) {
  process.on('message', (_, c) => {
    connected(c);
    c.resume();
  });
  process.send('ready');
} else if (options['hand-over']) {
  const child = fork(__filename, process.argv.slice(2));
  child.once('message', () => serve((c) => child.send('', c), { pauseOnConnect: true }));
} else if (options.workers === '0' || cluster.isWorker) {
  serve(connected, { noDelay: options['no-delay'] });
} else {
  cluster.schedulingPolicy = options['each-accepts'] ? cluster.SCHED_NONE : cluster.SCHED_RR;
  cluster.on('listening', (worker, address) => console.log(address.port));
  for (let i = 0; i < Number(options.workers); i++) cluster.fork();
}
