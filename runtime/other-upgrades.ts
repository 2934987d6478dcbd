// Requests that offer to change to another protocol than WebSocket → ordinary requests. Java's HTTP client offers HTTP/2
// (`Upgrade: h2c`) with its first request over http; a server may ignore that (RFC 9110, 7.8). Node treats every offer as a
// WebSocket's as soon as something listens for those; only from version 22.21 can a server decline.
import http, { type IncomingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';

/** How Node's server starts reading a connection; exported, but not documented. */
const { _connectionListener: takeConnection } = http as unknown as {
  _connectionListener(this: Server, socket: Socket): void;
};

/** Makes the server answer such requests, and keep their connections, as if nothing had been offered. */
export function ignoreOtherUpgrades(server: Server): void {
  const emit = server.emit.bind(server) as (event: string, ...args: unknown[]) => boolean;
  server.emit = (event: string, ...args: unknown[]) => {
    if (event !== 'upgrade') return emit(event, ...args);
    const [request, socket, rest] = args as [IncomingMessage, Socket, Buffer];
    if (isHandshake(request)) return emit(event, ...args);
    // Node no longer reads the socket: put the head back without the offer, and let Node read it again.
    process.nextTick(() => {
      if (socket.destroyed) return;
      socket.unshift(Buffer.concat([Buffer.from(headWithoutOffer(request), 'latin1'), rest]));
      takeConnection.call(server, socket);
    });
    return true;
  };
}

function isHandshake({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && /(?:^|[\s,])websocket(?:$|[\s,/])/i.test(headers.upgrade ?? '');
}

/** The head as it was sent; Node has read its bytes as Latin-1. */
function headWithoutOffer({ method, url, httpVersion, rawHeaders }: IncomingMessage): string {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name, value] = [rawHeaders[at]!, rawHeaders[at + 1]!];
    if (/^(?:upgrade|http2-settings)$/i.test(name)) continue;
    lines.push(`${name}: ${/^connection$/i.test(name) ? withoutOffer(value) : value}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** `Upgrade, HTTP2-Settings, close` → `close` */
function withoutOffer(connection: string): string {
  const options = connection.split(',').map((option) => option.trim());
  return options.filter((option) => !/^(?:upgrade|http2-settings)$/i.test(option)).join(', ');
}
