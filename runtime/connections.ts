// The HTTP server and its connections: limits, refusals of what is no HTTP, and an end that cuts nobody off.
import type { Server } from 'node:http';
import net, { type Socket } from 'node:net';
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
