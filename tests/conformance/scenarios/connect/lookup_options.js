const lookup = (host, options, callback) => {
  log('lookup', host, options.family || 0, options.hints, options.all || false);
};
const ask = (options) => net.connect({ port: 1, host: 'somewhere.test', lookup, ...options }).destroy();
ask({});
ask({ family: 4 });
ask({ family: 'IPv6' });
ask({ family: 0 });
ask({ hints: 8 });
ask({ family: 4, hints: 32 });
ask({ autoSelectFamily: true });
ask({ autoSelectFamily: true, family: 4 });
ask({ autoSelectFamily: true, localAddress: '127.0.0.1' });
