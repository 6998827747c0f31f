const TEXTS = [
  '127.0.0.1', '0.0.0.0', '255.255.255.255', '256.0.0.1', '01.2.3.4', '1.2.3', '1.2.3.4.5', '::',
  '::1', 'fe80::1%lo', '::ffff:1.2.3.4', '1:2:3:4:5:6:7:8', '1::2::3', 'g::', '', ' ', 'localhost',
];
for (const text of TEXTS) log('ip', `'${text}'`, net.isIP(text), net.isIPv4(text), net.isIPv6(text));
log('ip', 'number', net.isIP(127), net.isIPv4(127), net.isIPv6(127));
log('ip', 'nothing', net.isIP(null), net.isIPv4(null), net.isIPv6(null));
