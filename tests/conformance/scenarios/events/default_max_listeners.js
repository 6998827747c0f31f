const { EventEmitter } = require('events');

const before = new EventEmitter();
const own = new EventEmitter().setMaxListeners(5);
log('e', EventEmitter.defaultMaxListeners, before.getMaxListeners());
EventEmitter.defaultMaxListeners = 2;
const after = new EventEmitter();
log('e', before.getMaxListeners(), own.getMaxListeners(), after.getMaxListeners());
log('socket', new net.Socket().getMaxListeners());
process.on('warning', (warning) => {
  log('w', warning.emitter === before, warning.type, warning.count, warning.name);
});
for (let i = 0; i < 4; i++) before.on('x', () => {});
for (let i = 0; i < 5; i++) own.on('x', () => {});
setTimeout(() => {
  EventEmitter.defaultMaxListeners = 10;
  log('e', before.getMaxListeners());
}, 10);
