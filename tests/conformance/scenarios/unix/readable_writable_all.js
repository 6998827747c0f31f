const fs = require('node:fs');
process.umask(0o077);
const options = { path: path('s'), readableAll: true, writableAll: true };
const server = net.createServer().listen(options, () => {
  log('file', (fs.statSync(path('s')).mode & 0o777).toString(8));
  server.close();
});
