const fs = require('node:fs');
fs.writeFileSync(path('file'), 'kept');
const server = watch('server', net.createServer());
server.listen(path('file'));
server.on('error', () => {
  log('file', fs.readFileSync(path('file'), 'utf8'));
  fs.unlinkSync(path('file'));
});
