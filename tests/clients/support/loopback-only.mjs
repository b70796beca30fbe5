// Loaded before the tests: a connection to anything but this machine fails at once, so that no test depends on, or reaches, another one.
import net from 'node:net';

const local = new Set(['127.0.0.1', '::1', 'localhost']);
const connect = net.Socket.prototype.connect;

net.Socket.prototype.connect = function (...args) {
  // Node hands its own calls on as one array.
  const first = Array.isArray(args[0]) ? args[0][0] : args[0];
  const host = typeof first === 'object' && first !== null ? first.host : args[1];
  if (typeof host === 'string' && !local.has(host)) throw new Error(`The tests reach loopback only, not ${host}.`);
  return connect.apply(this, args);
};
