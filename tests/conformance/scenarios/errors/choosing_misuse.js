const connect = (options) => net.connect({ port: 1, host: 'somewhere.test', ...options });
attempt('connect', 'auto', () => connect({ autoSelectFamily: 1 }));
attempt('connect', 'slot', () => connect({ autoSelectFamilyAttemptTimeout: 0 }));
attempt('connect', 'slot type', () => connect({ autoSelectFamilyAttemptTimeout: 'x' }));
attempt('connect', 'hints', () => connect({ hints: 1 }));
attempt('connect', 'hints type', () => connect({ hints: 'x' }));
attempt('connect', 'family', () => connect({ family: 5 }));
attempt('connect', 'signal', () => connect({ signal: 5 }));
