'use strict';
// The Node half of the vocabulary of the scenarios; prelude.py is its twin, name for name.
// Loaded with --require: everything below is global in a scenario. Times are seconds here too.

const crypto = require('node:crypto');
const nodePath = require('node:path');
const { EventEmitter } = require('node:events');
const net = require('node:net');
const stream = require('node:stream');

// The documents say that this is initially off, and geventnet follows them.
net.setDefaultAutoSelectFamily(false);

const directory = process.env.CONFORMANCE_DIR;
const transport = process.env.CONFORMANCE_TRANSPORT || 'tcp';

const STREAM_EVENTS = [
  'lookup', 'connect', 'ready', 'end', 'timeout', 'drain', 'finish', 'pause', 'resume', 'pipe',
  'unpipe', 'error', 'close',
];
const SERVER_EVENTS = ['listening', 'connection', 'drop', 'error', 'close'];
const ERROR_FIELDS = ['syscall', 'address', 'port', 'hostname'];

function snake(name) {
  return name.replace(/[A-Z]/g, (letter) => '_' + letter.toLowerCase());
}

function escaped(byte) {
  if (byte === 0x27 || byte === 0x5c) return '\\' + String.fromCharCode(byte);
  if (byte >= 0x20 && byte < 0x7f) return String.fromCharCode(byte);
  return '\\x' + byte.toString(16).padStart(2, '0');
}

function formatBytes(bytes) {
  if (bytes.length > 80) {
    const digest = crypto.createHash('sha1').update(bytes).digest('hex').slice(0, 8);
    return `b[${bytes.length} ${digest}]`;
  }
  return `b'${Array.from(bytes, escaped).join('')}'`;
}

function formatError(error) {
  // The listen errors of Unix sockets have a port of -1, which is no port.
  const parts = [error.code ?? '-', error.message];
  for (const field of ERROR_FIELDS) {
    if (error[field] != null && error[field] !== -1) parts.push(`${field}=${format(error[field])}`);
  }
  if (error.errors) parts.push(format(error.errors));
  return parts.join(' ');
}

function formatFields(object) {
  const fields = Object.entries(object).map(([key, value]) => [snake(key), value]);
  fields.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, value]) => `${key}=${format(value)}`).join(' ')}}`;
}

function format(value) {
  if (value === null || value === undefined) return '-';
  if (value === '') return "''";
  if (typeof value === 'string') {
    return value.replace(/[\x00-\x1f]/g, (char) => escaped(char.charCodeAt(0)));
  }
  if (value instanceof Uint8Array) return formatBytes(value);
  if (value instanceof Error) return formatError(value);
  if (Array.isArray(value)) return `[${value.map(format).join(', ')}]`;
  if (typeof value === 'function') return 'function';
  if (value instanceof EventEmitter) return value.constructor.name;
  if (typeof value === 'object') return formatFields(value);
  return String(value);
}

function log(name, ...values) {
  process.stdout.write(`${name}: ${values.map(format).join(' ')}\n`);
}

// Where Node and the documents disagree about arguments, the documents stand: 'unpipe' has one,
// and 'close' of a socket that never had a handle has one, too.
function documented(emitter, event, args) {
  if (event === 'unpipe') return args.slice(0, 1);
  if (event === 'close' && emitter instanceof net.Socket) return [args[0] ?? false];
  return args;
}

// Logs every event, or the events that are named. Listening to 'data' consumes the stream.
function watch(name, emitter, ...events) {
  if (events.length === 0) {
    events = emitter instanceof net.Server ? SERVER_EVENTS : ['data', ...STREAM_EVENTS];
  }
  for (const event of events) {
    emitter.on(event, (...args) => log(name, event, ...documented(emitter, event, args)));
  }
  return emitter;
}

// Logs every event of a stream except 'data' and 'readable': does not consume it.
function observe(name, emitter) {
  return watch(name, emitter, ...STREAM_EVENTS);
}

// As watch, but all data in one line at the end: where chunk boundaries are not determined.
function collect(name, emitter) {
  const chunks = [];
  emitter.on('data', (chunk) => chunks.push(chunk));
  emitter.on('end', () => log(name, 'all', Buffer.concat(chunks)));
  return observe(name, emitter);
}

// A callback that logs its error, or '-'.
function done(name, label) {
  return (error) => log(name, label, error);
}

// Logs what a call returns, or the code of what it throws.
function attempt(name, label, call) {
  let result;
  try {
    result = call();
  } catch (error) {
    log(name, label, 'threw', error.code);
    return;
  }
  log(name, label, result);
}

// Logs the named properties, camelCase here and snake_case there.
function state(name, object, ...properties) {
  log(name, ...properties.map((property) => `${snake(property)}=${format(object[property])}`));
}

function later(seconds, call) {
  setTimeout(call, seconds * 1000);
}

// A path of its own for this run.
function path(name) {
  return nodePath.join(directory, name);
}

function missingPath() {
  return path('missing');
}

let endpoints = 0;

// Arguments for listen() over the transport of this run.
function endpoint() {
  endpoints += 1;
  if (transport === 'unix') return { path: path(`socket-${endpoints}`) };
  return { port: 0, host: '127.0.0.1' };
}

// Arguments for connect() to a listening server.
function target(server) {
  const address = server.address();
  if (typeof address === 'string') return { path: address };
  return { port: address.port, host: address.address };
}

// Arguments for connect() where nobody listens; calls back with them.
function nowhere(call) {
  if (transport === 'unix') {
    call({ path: missingPath() });
    return;
  }
  const server = net.createServer().listen(0, '127.0.0.1', () => {
    const refused = target(server);
    server.close(() => call(refused));
  });
}

// A server that listens over the transport of this run; calls back with it.
function serve(options, call) {
  const server = net.createServer(options);
  server.listen(endpoint(), () => call(server));
  return server;
}

// Two connected sockets, nothing read yet; the server already closes. Calls back with client, peer.
function pair(options, call) {
  if (typeof options === 'function') [options, call] = [{}, options];
  serve(options.server, (server) => {
    let waiting = 2;
    let peer;
    const arrived = () => {
      waiting -= 1;
      if (waiting === 0) setTimeout(() => call(client, peer, server), 1);
    };
    server.once('connection', (socket) => {
      peer = socket;
      server.close();
      arrived();
    });
    const client = net.connect({ ...target(server), ...options.client }, arrived);
  });
}

// How a socket comes into each of its states; calls back with it, and with its peer if it has one.
const STATES = {
  new: (call) => call(new net.Socket()),
  connecting: (call) => serve({}, (server) => {
    const client = net.connect(target(server));
    let peer;
    server.on('connection', (socket) => {
      peer = quiet(socket);
    });
    call(client);
    later(0.2, () => {
      if (peer) peer.destroy();
      server.close();
    });
  }),
  open: (call) => pair(call),
  ended: (call) => pair({ server: { allowHalfOpen: true } }, (client, peer) => {
    client.end();
    client.once('finish', () => later(0.01, () => call(client, peer)));
  }),
  'ended by peer': (call) => pair({ client: { allowHalfOpen: true } }, (client, peer) => {
    client.resume();
    peer.end();
    client.once('end', () => later(0.01, () => call(client, peer)));
  }),
  ending: (call) => pair((client, peer) => {
    peer.pause();
    client.write(Buffer.alloc(32 << 20));
    client.end();
    call(client, peer);
  }),
  destroyed: (call) => pair((client, peer) => {
    client.destroy();
    call(client, peer);
  }),
  closed: (call) => pair((client, peer) => {
    client.destroy();
    client.once('close', () => later(0.01, () => call(client, peer)));
  }),
  reconnected: (call) => pair((client, first) => {
    first.resume();
    client.destroy();
    client.once('close', () => serve({}, (server) => {
      server.once('connection', (peer) => {
        server.close();
        later(0.02, () => call(client, peer));
      });
      client.connect(target(server));
    }));
  }),
};

function quiet(socket) {
  return socket.on('error', () => {}).resume();
}

// Calls with the name of each state and a socket that is in it, observed under that name.
function eachState(call) {
  for (const [name, bring] of Object.entries(STATES)) {
    bring((socket, peer) => {
      if (peer && !peer.isPaused()) quiet(peer);
      observe(name, socket);
      call(name, socket);
      later(0.2, () => {
        socket.destroy();
        if (peer) peer.destroy();
      });
    });
  }
}

Object.assign(globalThis, {
  EventEmitter, attempt, collect, done, eachState, endpoint, later, log, missingPath, net, nowhere, observe, pair,
  path, serve, state, stream, target, transport, watch,
});
