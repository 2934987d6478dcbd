// Ends connections that keep a request or an answer under way without moving it: a deadline and a least rate for bodies
// that come in and answers that go out, few requests at once on a connection, few connections of an address.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface ClientLimits {
  /** Connections that one address may have open; Infinity behind a proxy, which has them all. */
  readonly maxConnections: number;
  /** Milliseconds before rates count: a phone may lose its network for a moment. */
  readonly grace?: number;
  /** Bytes a second that a body and an answer have to move at, on average after the grace. */
  readonly leastRate?: number;
  /** Milliseconds between two looks at all connections. */
  readonly interval?: number;
  /** Names the sender of a connection. */
  readonly addressGroup: (address: string) => string;
  /** Answers a request whose body did not come in time, and ends the connection. */
  readonly tooSlow: (socket: Socket) => void;
  /** Answers an address that has too many connections, and ends this one. */
  readonly tooMany: (socket: Socket) => void;
}

/** 8 s and 8 KiB/s: 10 s for a JSON body of 16 KiB, and less than a tenth of what a slow phone uploads a picture with. */
const usual = { grace: 8_000, leastRate: 8_192, interval: 1_000 };

/** Requests under way on one connection. Browsers and proxies send one; what is sent ahead waits for its turn. */
const maxPipelined = 8;

interface Connection {
  /** Requests whose answers have not gone out. */
  readonly open: Set<ServerResponse>;
  /** The body that is coming in. */
  body: { readonly req: IncomingMessage; readonly since: number; readonly from: number } | undefined;
  /** Since when bytes wait to be taken by the client, and how many had been sent before. */
  waiting: { readonly since: number; readonly from: number } | undefined;
}

export class SlowClients {
  readonly #limits: ClientLimits & typeof usual;
  readonly #connections = new Map<Socket, Connection>();
  readonly #perAddress = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;
  /** Connections that were ended: too slow, too many, or too many requests at once. */
  ended = 0;

  /** From now on watches the connections of the server, until it is closed. */
  constructor(server: Server, limits: ClientLimits) {
    this.#limits = { ...usual, ...limits };
    server.on('connection', (socket) => this.#opened(socket));
    server.on('request', (req, res) => this.#asked(req, res));
    // A socket of the chat has rules of its own.
    server.on('upgrade', (_req, socket) => this.#connections.delete(socket as Socket));
    this.#timer = setInterval(() => this.#look(), this.#limits.interval).unref();
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
    res.once('close', () => connection.open.delete(res));
    if (connection.open.size > maxPipelined) {
      this.#end(req.socket);
      return;
    }
    const { 'content-length': length, 'transfer-encoding': encoding } = req.headers;
    if (encoding !== undefined || Number(length ?? 0) > 0) {
      connection.body = { req, since: performance.now(), from: req.socket.bytesRead };
    }
  }

  #look(): void {
    const now = performance.now();
    for (const [socket, connection] of this.#connections) {
      if (this.#bodyIsLate(socket, connection, now)) {
        this.ended += 1;
        this.#connections.delete(socket);
        // Into an answer that has begun, or before one that is due first, nothing can be said.
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
    // What waits counts as sent, since a chunk is known to be taken only when all of it is: a large one has its time.
    return this.#isLate(now - connection.waiting.since, socket.bytesWritten - connection.waiting.from);
  }

  #isLate(milliseconds: number, bytes: number): boolean {
    const { grace, leastRate } = this.#limits;
    return milliseconds > grace + (bytes / leastRate) * 1_000;
  }

  #end(socket: Socket): void {
    this.ended += 1;
    this.#connections.delete(socket);
    socket.destroy();
  }
}
