// The HTTP server and its connections: limits, refusals of what is no HTTP, and an end that cuts nobody off.
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type Koa from 'koa';
import { CoutureError } from './core/errors.ts';

export interface ListenOn {
  readonly host: string;
  readonly port: number;
}

/** Starts listening. @throws CoutureError `port_taken` where the address is taken or may not be had */
export async function listenOn(app: Koa, { host, port }: ListenOn): Promise<Server> {
  const server = await new Promise<Server>((resolve, reject) => {
    const opened = app.listen(port, host, () => resolve(opened));
    opened.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'something else listens there' : cause.message;
      const hint = 'Choose another with --port or COUTURE_PORT (0: any that is free).';
      reject(new CoutureError('port_taken', `Cannot listen on ${host}:${port}: ${why}`, hint, { cause }));
    });
  });
  // A balancer keeps its connections for a minute; who closes first should be the balancer.
  server.keepAliveTimeout = 72_000;
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  server.maxHeadersCount = 100;
  server.on('clientError', refuse);
  return server;
}

export interface CloseOptions {
  /** Milliseconds in which answers end their connections and new ones are still taken. */
  readonly drain: number;
  /** Milliseconds for what still runs after that. */
  readonly timeout: number;
}

/**
 * Ends the server: for a moment every answer closes its connection (the caller sees to the header), then nothing new
 * is taken, and what runs may end.
 */
export async function closeServer(server: Server, { drain, timeout }: CloseOptions): Promise<void> {
  await delay(drain);
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const stop = new AbortController();
  await Promise.race([closed, delay(timeout, undefined, { signal: stop.signal }).catch(() => {})]);
  stop.abort();
  server.closeAllConnections();
  await closed;
}

/** Answers what Node could not read as HTTP; the words of the parser stay here. */
function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const [status, title, code] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? [431, 'Request Header Fields Too Large', 'bad_request']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? [408, 'Request Timeout', 'bad_request']
        : [400, 'Bad Request', 'bad_request'];
  const body = JSON.stringify({ type: `urn:couture:error:${code}`, title, status, code, request_id: '' });
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
