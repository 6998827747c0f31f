const { once } = require('node:events');
nowhere(async (options) => {
  const client = net.connect(options);
  try {
    await once(client, 'connect');
  } catch (error) {
    log('client', 'failed', error);
  }
});
