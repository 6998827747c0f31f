state('net', { family: net.getDefaultAutoSelectFamily(), seconds: net.getDefaultAutoSelectFamilyAttemptTimeout() / 1000 },
  'family', 'seconds');
net.setDefaultAutoSelectFamily(true);
net.setDefaultAutoSelectFamilyAttemptTimeout(1);
log('net', net.getDefaultAutoSelectFamily(), net.getDefaultAutoSelectFamilyAttemptTimeout() / 1000);
attempt('net', 'family', () => net.setDefaultAutoSelectFamily(1));
attempt('net', 'zero', () => net.setDefaultAutoSelectFamilyAttemptTimeout(0));
attempt('net', 'text', () => net.setDefaultAutoSelectFamilyAttemptTimeout('1'));
attempt('net', 'negative', () => net.setDefaultAutoSelectFamilyAttemptTimeout(-1));
