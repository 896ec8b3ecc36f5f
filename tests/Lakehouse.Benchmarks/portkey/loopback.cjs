// Loaded before Portkey's gateway, which has no option for either: it listens on loopback only, and it ends with the
// benchmark, whose end of standard input the system closes.
const { Server } = require('node:net');

const listen = Server.prototype.listen;
Server.prototype.listen = function (port, ...rest) {
  return listen.call(this, { port, host: '127.0.0.1' }, rest.find((argument) => typeof argument === 'function'));
};

process.stdin.on('end', () => process.exit(0)).resume();
