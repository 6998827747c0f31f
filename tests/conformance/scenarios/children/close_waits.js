const { child, isChild, parent } = require('../../children.js');

// 'close' waits for what a child holds, as long as the child lives.
function hold() {
  const held = [];
  parent.on('message', (message, socket) => {
    if (socket) {
      held.push(watch(`held ${held.length}`, socket, 'close').resume());
      if (held.length === 2) parent.send('has them');
    } else {
      held[0].end();
    }
  });
}

function share() {
  const other = watch('child', child(), 'exit');
  const server = watch('server', net.createServer(), 'close');
  const clients = [];
  other.on('message', () => {
    server.close((error) => log('server', 'callback', error));
    later(0.05, () => {
      log('server', 'both are there');
      other.send('end one');
    });
  });
  server.on('connection', (socket) => other.send('take it', socket));
  server.listen(0, '127.0.0.1', () => {
    for (const n of [0, 1]) {
      clients[n] = watch(`client ${n}`, net.connect(server.address().port, '127.0.0.1').resume(), 'close');
      clients[n].on('error', () => {});
    }
    clients[0].on('close', ended);
    clients[1].on('close', ended);
  });
  let one = false;
  function ended() {
    if (one) return;
    one = true;
    later(0.05, () => {
      log('server', 'one is there');
      other.kill('SIGKILL');
    });
  }
}

(isChild ? hold : share)();
