const lookup = () => later(0.3, () => log('lookup', 'gave up'));
const client = net.connect({ port: 1, host: 'somewhere.test', lookup });
watch('client', client);
client.setTimeout(30, () => {
  state('client', client, 'connecting');
  client.destroy(new Error('gave up'));
});
