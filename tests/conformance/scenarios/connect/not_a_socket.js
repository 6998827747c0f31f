require('node:fs').writeFileSync(path('file'), '');
const client = watch('client', net.connect(path('file')));
client.on('close', () => require('node:fs').unlinkSync(path('file')));
