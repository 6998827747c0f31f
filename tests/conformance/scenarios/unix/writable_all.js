const fs = require('node:fs');
process.umask(0o077);
const server = net.createServer().listen({ path: path('s'), writableAll: true }, () => {
  log('file', (fs.statSync(path('s')).mode & 0o777).toString(8));
  server.close();
});
