// The HTTP server and its connections: limits, refusals of what is no HTTP, and an end that cuts nobody off.
import type { Server } from 'node:http';
import net, { type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type Koa from 'koa';
import { CoutureError } from './core/errors.ts';
import { addressGroup } from './http/middleware/rate-limits.ts';
import { SlowClients } from './slow-clients.ts';

export interface ListenOn {
  readonly host: string;
  readonly port: number;
  readonly trustProxy: number;
  readonly maxConnections: number;
  readonly statementTimeout: number;
}

export interface Listening {
  readonly server: Server;
  readonly clients: SlowClients;
}

/** Milliseconds for which a connection may move nothing while a request or an answer is under way. */
const silence = 15_000;

/** Starts listening. @throws CoutureError `port_taken` where the address is taken or may not be had */
export async function listenOn(app: Koa, options: ListenOn): Promise<Listening> {
  const { host, port, statementTimeout } = options;
  const server = await new Promise<Server>((resolve, reject) => {
    const opened = app.listen(port, host, () => resolve(opened));
    // Node looks for late heads this often; 30 s are its default. The timer starts with the listening.
    Object.assign(opened, { connectionsCheckingInterval: 2_000 });
    opened.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'another process is listening there' : cause.message;
      const hint = 'Choose another port with --port or COUTURE_PORT (0: any free port).';
      reject(new CoutureError('port_taken', `Cannot listen on ${host}:${port}: ${why}`, hint, { cause }));
    });
  });
  // A balancer keeps its connections for a minute; who closes first should be the balancer.
  server.keepAliveTimeout = 72_000;
  server.headersTimeout = 10_000;
  // Of a whole request: a picture of 5 MB from a slow phone takes longer than any one limit; SlowClients goes by rates.
  server.requestTimeout = 0;
  server.timeout = Math.max(silence, 3 * statementTimeout);
  server.maxHeadersCount = 100;
  server.on('clientError', refuse);
  const clients = new SlowClients(server, {
    maxConnections: options.trustProxy > 0 ? Number.POSITIVE_INFINITY : options.maxConnections,
    addressGroup,
    tooSlow: (socket) => answerRaw(socket, 408, 'Request Timeout', 'bad_request'),
    tooMany: (socket) => answerRaw(socket, 429, 'Too Many Requests', 'too_many_requests'),
  });
  return { server, clients };
}

/** Milliseconds in which a quiet connection may still send the request that is under way on it. */
const quietTime = 1_000;

/**
 * Ends the server and cuts nobody off: it takes no new connection, and those that are open end with their next answer
 * (the caller sees to `Connection: close`). Node's own `close` would end idle ones at once, and with them requests that
 * are on their way; so only what has been quiet for a while is ended.
 * @param timeout milliseconds for all of it; what runs longer is cut off
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

/** Answers what Node could not read as HTTP; the words of the parser stay here. */
function refuse({ code }: NodeJS.ErrnoException, socket: Socket): void {
  const [status, title] = unreadable[code ?? ''] ?? [400, 'Bad Request'];
  answerRaw(socket, status, title, 'bad_request');
}

const unreadable: Readonly<Record<string, readonly [number, string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout'],
};

/** A problem in place of an answer; then the connection ends, whether or not the client reads it. */
function answerRaw(socket: Socket, status: number, title: string, code: string): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify({ type: `urn:couture:error:${code}`, title, status, code, request_id: '' });
  const retry = status === 429 ? 'Retry-After: 5\r\n' : '';
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${retry}Connection: close\r\n\r\n${body}`,
  );
  socket.destroySoon();
}
