// Requests that a proxy in front may have understood differently → 400, before anything reads them: two `Host` headers, of which Node
// takes the first, or one that names no host (RFC 9112, 3.2); chunks in HTTP/1.0; HTTP/0.9, which Node answers with a head. A body that
// is more than chunked, such as compressed → 501 (6.1): Node would pass it on as it is. Node itself refuses a chunked body with a length,
// two lengths, folded headers, bare line ends, and a last coding other than chunked.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** A name or an address in brackets, with a port; empty where the target has no host. A comma, allowed in names, separates two hosts. */
const hostPattern = /^(?:(?:[\w.~!$&'()*+;=-]|%[\da-f]{2})*|\[[\da-f:.]+\])(?::\d{0,5})?$/i;

/** Events by which Node passes on a request, with its response or, of a handshake, its socket. */
const reading = new Set(['request', 'upgrade', 'checkContinue', 'checkExpectation']);

const titles = { 400: 'Bad Request', 501: 'Not Implemented' } as const;
type Status = keyof typeof titles;

/**
 * @param problemOf body of the response
 * @param refuse responds to a handshake
 */
export function refuseUnclear(
  server: Server,
  problemOf: (status: Status, title: string) => string,
  refuse: (socket: Socket, status: Status, title: string) => void,
): void {
  const emit = server.emit.bind(server) as (event: string, ...args: unknown[]) => boolean;
  server.emit = (event: string, ...args: unknown[]) => {
    if (!reading.has(event)) return emit(event, ...args);
    const [request, answer] = args as [IncomingMessage, ServerResponse | Socket];
    const status = faultOf(request);
    if (status === undefined) return emit(event, ...args);
    const title = titles[status];
    if (event === 'upgrade') refuse(answer as Socket, status, title);
    else refuseRequest(request, answer as ServerResponse, status, problemOf(status, title));
    return true;
  };
}

/** Also turns the target of a request to a proxy, `GET http://shop/path`, into the path, and its host into the `Host` (3.2.2). */
function faultOf(request: IncomingMessage): Status | undefined {
  const { rawHeaders, headers, httpVersionMajor, httpVersionMinor, url = '' } = request;
  const coding = headers['transfer-encoding'];
  const isOld = httpVersionMinor === 0;
  if (httpVersionMajor !== 1 || (isOld && coding !== undefined)) return 400;
  if (coding !== undefined && !/^chunked$/i.test(coding)) return /\bchunked$/i.test(coding) ? 501 : 400;
  let host: number | undefined;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!;
    if (name.length !== 4 || name.toLowerCase() !== 'host') continue;
    if (host !== undefined) return 400;
    host = at + 1;
  }
  if (host === undefined ? !isOld : !hostPattern.test(rawHeaders[host]!)) return 400;
  if (url.startsWith('/') || url === '*') return undefined;
  const [, authority = '', path = ''] = /^https?:\/\/([^/?#]+)(.*)$/i.exec(url) ?? [];
  if (authority === '' || !hostPattern.test(authority)) return 400;
  request.url = path.startsWith('/') ? path : `/${path}`;
  headers.host = authority;
  if (host !== undefined) rawHeaders[host] = authority;
  return undefined;
}

/** Unlike a write to the socket, this waits for the responses to earlier requests of the connection. */
function refuseRequest(
  { method }: IncomingMessage,
  answer: ServerResponse,
  status: Status,
  problem: string,
): void {
  const body = method === 'HEAD' ? '' : problem;
  answer.writeHead(status, {
    'Content-Type': 'application/problem+json',
    'Content-Length': Buffer.byteLength(body),
    Connection: 'close',
  });
  answer.end(body);
}
