const fs = require('node:fs');
fs.writeFileSync(path('file'), '');
const fd = fs.openSync(path('file'), 'r');
attempt('socket', 'file', () => new net.Socket({ fd }));
fs.closeSync(fd);
attempt('socket', 'closed', () => new net.Socket({ fd }));
fs.unlinkSync(path('file'));
