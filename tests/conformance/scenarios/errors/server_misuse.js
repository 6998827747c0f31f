attempt('server', 'options', () => net.createServer('x'));
