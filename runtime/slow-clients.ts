// Closes connections of slow clients: a deadline and a minimum rate for request bodies and responses, and limits on the
// concurrent requests per connection and the connections per address.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface ClientLimits {
  /** Maximum open connections per address; Infinity behind a proxy, whose address all connections share. */
  readonly maxConnections: number;
  /** Milliseconds before rates apply, because a phone may lose its network for a moment. */
  readonly grace?: number;
  /** Minimum average rate of a body or response after the grace period, in bytes per second. */
  readonly minRate?: number;
  /** Milliseconds between checks of all connections. */
  readonly interval?: number;
  /** Groups the addresses of one sender. */
  readonly addressGroup: (address: string) => string;
  /** Responds to a request whose body was too slow, and closes the connection. */
  readonly tooSlow: (socket: Socket) => void;
  /** Responds to an address with too many connections, and closes this one. */
  readonly tooMany: (socket: Socket) => void;
}

/** 8 s and 8 KiB/s: 10 s for a JSON body of 16 KiB, and less than a tenth of a slow phone's upload rate. */
const defaults = { grace: 8_000, minRate: 8_192, interval: 1_000 };

/** Maximum concurrent requests per connection. Browsers and proxies send one; pipelined ones wait for their turn. */
const maxPipelined = 8;

/** Bytes of a body that are read after its response: refused uploads of phones come to their end, and see why. */
const maxUnused = 64 * 2 ** 20;

interface Connection {
  /** Responses that have not been sent completely. */
  readonly open: Set<ServerResponse>;
  /** The incoming body. */
  body: { readonly req: IncomingMessage; readonly since: number; readonly from: number } | undefined;
  /** Since when the client has unread bytes, and how many bytes had been sent before. */
  waiting: { readonly since: number; readonly from: number } | undefined;
}

export class SlowClients {
  readonly #limits: ClientLimits & typeof defaults;
  readonly #connections = new Map<Socket, Connection>();
  readonly #perAddress = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;
  /** Number of connections closed: too slow, too many, or too many concurrent requests. */
  ended = 0;

  /** Watches the connections of the server until it is closed. */
  constructor(server: Server, limits: ClientLimits) {
    this.#limits = { ...defaults, ...limits };
    server.on('connection', (socket) => this.#opened(socket));
    server.on('request', (req, res) => this.#asked(req, res));
    // Chat sockets have their own rules.
    server.on('upgrade', (_req, socket) => this.#connections.delete(socket as Socket));
    this.#timer = setInterval(() => this.#check(), this.#limits.interval).unref();
    server.once('close', () => clearInterval(this.#timer));
  }

  get open(): number {
    let open = 0;
    for (const count of this.#perAddress.values()) open += count;
    return open;
  }

  #opened(socket: Socket): void {
    const address = this.#limits.addressGroup(socket.remoteAddress ?? '');
    const count = (this.#perAddress.get(address) ?? 0) + 1;
    this.#perAddress.set(address, count);
    socket.once('close', () => {
      this.#connections.delete(socket);
      const left = (this.#perAddress.get(address) ?? 1) - 1;
      if (left > 0) this.#perAddress.set(address, left);
      else this.#perAddress.delete(address);
    });
    if (count > this.#limits.maxConnections) {
      this.ended += 1;
      this.#limits.tooMany(socket);
    } else this.#connections.set(socket, { open: new Set(), body: undefined, waiting: undefined });
  }

  #asked(req: IncomingMessage, res: ServerResponse): void {
    const connection = this.#connections.get(req.socket);
    if (!connection) return;
    connection.open.add(res);
    res.once('close', () => {
      connection.open.delete(res);
      if (req.complete || !isEndless(req)) return;
      // A body that came with its head is read by then.
      setImmediate(() => !req.complete && !req.socket.destroyed && this.#end(req.socket));
    });
    if (connection.open.size > maxPipelined) {
      this.#end(req.socket);
      return;
    }
    const { 'content-length': length, 'transfer-encoding': encoding } = req.headers;
    if (encoding !== undefined || Number(length ?? 0) > 0) {
      connection.body = { req, since: performance.now(), from: req.socket.bytesRead };
    }
  }

  #check(): void {
    const now = performance.now();
    for (const [socket, connection] of this.#connections) {
      if (this.#bodyIsLate(socket, connection, now)) {
        this.ended += 1;
        this.#connections.delete(socket);
        // A problem can only be sent if no response has begun and none is due before it.
        const [only] = connection.open;
        if (connection.open.size === 1 && !only!.headersSent) this.#limits.tooSlow(socket);
        else socket.destroy();
      } else if (this.#answerIsLate(socket, connection, now)) this.#end(socket);
    }
  }

  #bodyIsLate(socket: Socket, connection: Connection, now: number): boolean {
    const { body } = connection;
    if (!body || body.req.complete) {
      connection.body = undefined;
      return false;
    }
    return this.#isLate(now - body.since, socket.bytesRead - body.from);
  }

  #answerIsLate(socket: Socket, connection: Connection, now: number): boolean {
    if (socket.writableLength === 0) {
      connection.waiting = undefined;
      return false;
    }
    connection.waiting ??= { since: now, from: socket.bytesWritten - socket.writableLength };
    // Count unread bytes as sent: a chunk is only known to be read once all of it is, so a large one gets its time.
    return this.#isLate(now - connection.waiting.since, socket.bytesWritten - connection.waiting.from);
  }

  #isLate(milliseconds: number, bytes: number): boolean {
    const { grace, minRate } = this.#limits;
    return milliseconds > grace + (bytes / minRate) * 1_000;
  }

  #end(socket: Socket): void {
    this.ended += 1;
    this.#connections.delete(socket);
    socket.destroy();
  }
}

/**
 * Whether the body may go on for as long as its sender likes: nothing reads it after the response, but parsing a megabyte in
 * chunks of a byte takes a fifth of a second.
 */
function isEndless({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > maxUnused;
}
