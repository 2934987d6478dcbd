// A push service on this machine, over TLS: checks who sends (RFC 8292), decrypts what it gets (RFC 8291) with the
// keys of its browsers, and answers as configured by the test.
import { createDecipheriv, createECDH, createPublicKey, type ECDH, hkdfSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  createSecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from 'node:http2';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { jwtVerify } from 'jose';
import { certificate, key } from '../../fixtures/local-certificate.ts';

/** How a message is answered; `hang`: not at all. */
export interface Answering {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  /** Milliseconds before it is. */
  readonly after?: number;
  /** Whether the connection is cut; over HTTP/2, with which code the stream is. */
  readonly reset?: boolean | number;
  readonly hang?: boolean;
}

/** What an answer may depend on. */
export interface Asked {
  readonly path: string;
  /** Which message to this path it is; the first one is 1. */
  readonly nth: number;
  readonly version: string;
  /** Number of unanswered messages, with this one. */
  readonly open: number;
}

export interface Got {
  readonly path: string;
  /** Of HTTP: `1.1` or `2.0`. */
  readonly version: string;
  readonly headers: IncomingMessage['headers'];
  /** Decrypted; undefined where it cannot be. */
  readonly payload: string | undefined;
  /** Public key that the sender proved to have. */
  readonly sender: string | undefined;
}

export interface Browser {
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
}

export interface PushServer {
  readonly port: number;
  /** As COUTURE_PUSH_HOSTS names it. */
  readonly host: string;
  readonly got: Got[];
  /** The most connections that were open at the same time. */
  readonly connections: number;
  /** All HTTP/2 sessions so far. */
  readonly sessions: readonly ServerHttp2Session[];
  /** A browser of this push service. @param name the end of its endpoint's path */
  browser(name: string): Browser;
  /** What it answers from now on. */
  answer: (got: Asked) => Answering;
  close(): Promise<void>;
}

type Request = IncomingMessage | Http2ServerRequest;
type Response = ServerResponse | Http2ServerResponse;

/**
 * @param check whether each message is verified and decrypted; without, it only counts paths
 * @param keep whether what it gets is kept; without, any number of messages takes no memory
 * @param http2 whether it speaks HTTP/2, too, and with how many streams at once
 */
export async function pushServer({
  check = true,
  keep = true,
  http2,
}: {
  check?: boolean;
  keep?: boolean;
  http2?: { readonly streams?: number };
} = {}): Promise<PushServer> {
  const got: Got[] = [];
  const keys = new Map<string, { ecdh: ECDH; auth: Buffer }>();
  const counts = new Map<string, number>();
  let [most, open] = [0, 0];
  const sessions: ServerHttp2Session[] = [];
  const secrets = { key, cert: certificate };
  // Thousands of messages share one header.
  const senders = new Map<string, Promise<string | undefined>>();
  const senderOf = (header: string) => {
    const known = senders.get(header) ?? verifiedSender(header, `https://localhost:${shown.port}`);
    senders.set(header, known);
    return known;
  };
  const server = http2
    ? createSecureServer({
        ...secrets,
        allowHTTP1: true,
        settings: { maxConcurrentStreams: http2.streams ?? 100 },
      })
    : createServer(secrets);
  server.on('session', (session: ServerHttp2Session) => {
    sessions.push(session);
    session.on('error', () => {});
  });
  const sockets = new Set<TLSSocket>();
  server.on('secureConnection', (socket: TLSSocket) => {
    most = Math.max(most, sockets.add(socket).size);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('request', async (request: Request, response: Response) => {
    // Of a stream that was reset.
    response.on('error', () => {});
    open += 1;
    response.once('close', () => open--);
    const path = request.url!;
    const body = await bodyOf(request);
    if (body === undefined) return;
    const known = keys.get(path);
    const nth = (counts.get(path) ?? 0) + 1;
    if (keep) counts.set(path, nth);
    const sender = check ? await senderOf(request.headers.authorization ?? '') : undefined;
    const payload = check && known ? decrypt(body, known.ecdh, known.auth) : undefined;
    const version = request.httpVersion;
    if (keep) got.push({ path, version, headers: check ? request.headers : {}, payload, sender });
    if (check && sender === undefined) respond(response, { status: 403 });
    else respond(response, shown.answer({ path, nth, version, open }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const shown: PushServer = {
    port,
    host: `localhost:${port}`,
    got,
    sessions,
    get connections() {
      return most;
    },
    browser(name) {
      const path = `/push/${name}`;
      let known = keys.get(path);
      if (!known) {
        const ecdh = createECDH('prime256v1');
        ecdh.generateKeys();
        known = { ecdh, auth: randomBytes(16) };
        keys.set(path, known);
      }
      return {
        endpoint: `https://localhost:${port}${path}`,
        p256dh: known.ecdh.getPublicKey().toString('base64url'),
        auth: known.auth.toString('base64url'),
      };
    },
    answer: () => ({ status: 201 }),
    close: async () => {
      if ('closeAllConnections' in server) server.closeAllConnections();
      for (const session of sessions) session.destroy();
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return shown;
}

function respond(response: Response, { status, headers, body, after = 0, reset, hang }: Answering): void {
  if (hang) return;
  const answer = () => {
    if (!reset) (response as ServerResponse).writeHead(status, headers).end(body);
    else if ('stream' in response) response.stream.close(Number(reset));
    else response.socket?.destroy();
  };
  if (after > 0) setTimeout(answer, after);
  else answer();
}

async function bodyOf(request: Request): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    // The sender is gone, killed perhaps.
    return undefined;
  }
  return Buffer.concat(chunks);
}

/** The public key that signed this `Authorization` header, if its token is valid for this push service. */
async function verifiedSender(header: string, audience: string): Promise<string | undefined> {
  const [, token, publicKey] = /^vapid t=([\w.-]+), ?k=([\w-]+)$/.exec(header) ?? [];
  if (!token || !publicKey) return undefined;
  const point = Buffer.from(publicKey, 'base64url');
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url'),
  };
  try {
    const verified = await jwtVerify(token, createPublicKey({ key: jwk, format: 'jwk' }), {
      audience,
      algorithms: ['ES256'],
    });
    const { exp = 0, sub = '' } = verified.payload;
    const ahead = exp - Date.now() / 1_000;
    return ahead > 0 && ahead <= 86_400 && /^(mailto:|https:)/.test(sub) ? publicKey : undefined;
  } catch {
    return undefined;
  }
}

/** RFC 8188 with the keys of RFC 8291: one record. */
function decrypt(body: Buffer, ecdh: ECDH, auth: Buffer): string | undefined {
  try {
    const [salt, idLength] = [body.subarray(0, 16), body[20]!];
    const sender = body.subarray(21, 21 + idLength);
    const sealed = body.subarray(21 + idLength);
    const info = Buffer.concat([Buffer.from('WebPush: info\0'), ecdh.getPublicKey(), sender]);
    const secret = Buffer.from(hkdfSync('sha256', ecdh.computeSecret(sender), auth, info, 32));
    const contentKey = Buffer.from(hkdfSync('sha256', secret, salt, 'Content-Encoding: aes128gcm\0', 16));
    const nonce = Buffer.from(hkdfSync('sha256', secret, salt, 'Content-Encoding: nonce\0', 12));
    const decipher = createDecipheriv('aes-128-gcm', contentKey, nonce);
    decipher.setAuthTag(sealed.subarray(-16));
    const plain = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
    // After the text a 2 ends the last record; zeros may follow.
    const end = plain.lastIndexOf(2);
    return plain.subarray(0, end).toString();
  } catch {
    return undefined;
  }
}
