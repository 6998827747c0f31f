log('socket', new net.Socket().allowHalfOpen, new net.Socket({ allowHalfOpen: true }).allowHalfOpen);
log('server', net.createServer().allowHalfOpen);
log('server', net.createServer({ allowHalfOpen: true }).allowHalfOpen);
