const fs = require('node:fs');
const server = net.createServer().listen(path('s'), () => {
  log('file', fs.existsSync(path('s')));
  server.close(() => log('file', fs.existsSync(path('s'))));
});
