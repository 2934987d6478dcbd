// The HTTP server and its connections: limits, responses to invalid HTTP, and graceful shutdown.
import type { Server } from 'node:http';
import net, { type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type Koa from 'koa';
import { CoutureError } from './core/errors.ts';
import { addressGroup } from './http/address-group.ts';
import { removeBasePath } from './http/base-path.ts';
import { ignoreOtherUpgrades } from './other-upgrades.ts';
import { SlowClients } from './slow-clients.ts';
import { refuseUnclear } from './unclear-requests.ts';

export interface ListenOn {
  readonly host: string;
  readonly port: number;
  readonly trustProxy: number;
  readonly maxConnections: number;
  readonly statementTimeout: number;
  readonly basePath?: string | undefined;
}

export interface Listening {
  readonly server: Server;
  readonly clients: SlowClients;
}

/** Milliseconds without any bytes during a request or response after which a connection is closed. */
const idleTimeout = 15_000;

/** Starts listening. @throws CoutureError `port_taken` if the address is in use or not available */
export async function listenOn(app: Koa, options: ListenOn): Promise<Listening> {
  const { host, port, statementTimeout } = options;
  const server = await new Promise<Server>((resolve, reject) => {
    const opened = app.listen(port, host, () => resolve(opened));
    // How often Node checks for late request heads (default: 30 s). The timer starts with listening.
    Object.assign(opened, { connectionsCheckingInterval: 2_000 });
    opened.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'another process is listening there' : cause.message;
      const hint = 'Choose another port with --port or COUTURE_PORT (0: any free port).';
      reject(new CoutureError('port_taken', `Cannot listen on ${host}:${port}: ${why}`, hint, { cause }));
    });
  });
  // Load balancers keep idle connections for a minute; stay above that, so that the balancer closes first.
  server.keepAliveTimeout = 72_000;
  server.headersTimeout = 10_000;
  // No limit for a whole request: 5 MB from a slow phone exceed any sensible one. SlowClients limits the rate instead.
  server.requestTimeout = 0;
  server.timeout = Math.max(idleTimeout, 3 * statementTimeout);
  // As many as fit into a head of 16 KB: Node reads those beyond a limit and hides them, even Content-Length or what a
  // proxy appended, so that limits would not see them.
  server.maxHeadersCount = 0;
  removeBasePath(server, options.basePath);
  ignoreOtherUpgrades(server);
  refuseUnclear(
    server,
    (status, title) => problemOf(status, title, 'bad_request'),
    (socket, status, title) => answerRaw(socket, status, title, 'bad_request'),
  );
  server.on('clientError', refuse);
  const clients = new SlowClients(server, {
    maxConnections: options.trustProxy > 0 ? Number.POSITIVE_INFINITY : options.maxConnections,
    addressGroup,
    tooSlow: (socket) => answerRaw(socket, 408, 'Request Timeout', 'bad_request'),
    tooMany: (socket) => answerRaw(socket, 429, 'Too Many Requests', 'too_many_requests'),
  });
  return { server, clients };
}

/** Milliseconds for which idle connections stay open, since a request may be on its way. */
const quietTime = 1_000;

/**
 * Closes the server gracefully: accepts no new connections, and open ones end with their next response (the caller sets
 * `Connection: close`). Node's own `close` would end idle connections at once, along with requests on their way, so this
 * waits a moment first.
 * @param timeout deadline in milliseconds; connections still open then are cut off
 */
export async function closeServer(server: Server, timeout: number): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    net.Server.prototype.close.call(server, () => resolve());
  });
  const quiet = Math.min(quietTime, timeout);
  await within(closed, quiet);
  server.close();
  await within(closed, timeout - quiet);
  server.closeAllConnections();
  await closed;
}

async function within(work: Promise<void>, milliseconds: number): Promise<void> {
  const stop = new AbortController();
  await Promise.race([work, delay(milliseconds, undefined, { signal: stop.signal }).catch(() => {})]);
  stop.abort();
}

/** Responds to input that Node could not parse as HTTP, without the parser's message. */
function refuse(
  { code, rawPacket }: NodeJS.ErrnoException & { readonly rawPacket?: Buffer },
  socket: Socket,
): void {
  const [status, title] = unreadable[code ?? ''] ?? [400, 'Bad Request'];
  // A body after the response to HEAD would be read as another response. The method is unknown if the head came in pieces.
  const isHead = rawPacket?.toString('latin1', 0, 5) === 'HEAD ';
  answerRaw(socket, status, title, isHead ? undefined : 'bad_request');
}

const unreadable: Readonly<Record<string, readonly [number, string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout'],
};

/**
 * Writes a problem response, then closes the connection whether or not the client reads it.
 * @param code undefined for a response without a body
 */
function answerRaw(socket: Socket, status: number, title: string, code: string | undefined): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = code === undefined ? '' : problemOf(status, title, code);
  const retry = status === 429 ? 'Retry-After: 5\r\n' : '';
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${retry}Connection: close\r\n\r\n${body}`,
  );
  socket.destroySoon();
}

function problemOf(status: number, title: string, code: string): string {
  return JSON.stringify({ type: `urn:couture:error:${code}`, title, status, code, request_id: '' });
}
