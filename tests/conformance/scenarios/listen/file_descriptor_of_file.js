const fs = require('node:fs');
const fd = fs.openSync(__filename, 'r');
const server = watch('server', net.createServer());
server.listen({ fd });
server.on('error', () => fs.closeSync(fd));
