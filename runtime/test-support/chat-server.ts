// A running server with chat over a small shop, and clients that talk to it over HTTP and real sockets.
import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import { type TestDatabase, templateDatabase, testDatabase } from '../../fixtures/database.ts';
import { generateShop } from '../../fixtures/generate/generate-shop.ts';
import { migrate } from '../../sql/migrate.ts';
import { type Client, openClient } from '../../sql/pool.ts';
import { initPreset } from '../../sql/source/preset.ts';
import type { Role } from '../auth/principal.ts';
import { signToken } from '../auth/sign-token.ts';
import { chatSubprotocol } from '../contract/chat-protocol.ts';
import { loadConfig } from '../core/config.ts';
import { openLog } from '../core/log.ts';
import { type RunningServer, startServer } from '../server.ts';

export const secret = 'a secret that only this test knows, of 32 and more';

// biome-ignore lint/suspicious/noExplicitAny: tests check bodies and frames field by field
export type Body = any;

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** Creates a database with a shop of 20 products and 30 customers, without builds. */
export function chatDatabase(): Promise<TestDatabase> {
  return templateDatabase('chats', async (url) => {
    const client = await openClient(url);
    try {
      await generateShop(client, { orders: 200, products: 20, customers: 30, seed: 3 });
      await initPreset(client, 'sample');
      await migrate(client);
    } finally {
      await client.end();
    }
  }).then((template) => testDatabase({ template }));
}

export class ChatServer {
  readonly database: TestDatabase;
  readonly client: Client;
  readonly server: RunningServer;

  constructor(database: TestDatabase, client: Client, server: RunningServer) {
    this.database = database;
    this.client = client;
    this.server = server;
  }

  /** @param flags options; rate limits are raised unless they are given here */
  static async start(flags: Record<string, unknown> = {}, on?: TestDatabase): Promise<ChatServer> {
    const database = on ?? (await chatDatabase());
    const { config } = loadConfig({
      directory: '/',
      env: {},
      flags: {
        port: 0,
        rateLimit: 1e6,
        jwtSecret: secret,
        drain: 0,
        shutdownTimeout: 2_000,
        chatRate: 1e6,
        chatStarts: 1e6,
        chatSockets: 1e5,
        ...flags,
      },
    });
    const server = await startServer({ config, databaseUrl: database.url, log: openLog('silent') });
    return new ChatServer(database, await openClient(database.url), server);
  }

  get url(): string {
    return this.server.url;
  }

  /** A person without a token and, until their first chat, without a secret. */
  guest(): Person {
    return new Person(this, {});
  }

  async signedIn(sub: string, roles: Role[] = ['customer'], lifetime = 600): Promise<Person> {
    const token = await signToken(secret, { sub, roles, name: `Name of ${sub}`, lifetime });
    return new Person(this, { Authorization: `Bearer ${token}` });
  }

  agent(sub = 'anna'): Promise<Person> {
    return this.signedIn(sub, ['staff']);
  }

  async close(options: { keepDatabase?: boolean } = {}): Promise<void> {
    await this.client.end();
    await this.server.close();
    if (!options.keepDatabase) await this.database.drop();
  }
}

/** Sends requests as a browser does, with its origin and the cookies it received. */
export class Person {
  readonly server: ChatServer;
  readonly headers: Record<string, string>;
  readonly #sockets: Socket[] = [];

  constructor(server: ChatServer, headers: Record<string, string>) {
    this.server = server;
    this.headers = { Origin: server.url, ...headers };
  }

  async ask(request: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    const [method, path] = request.split(' ') as [string, string];
    const file = Buffer.isBuffer(body);
    const response = await fetch(this.server.url + path, {
      method,
      headers: {
        ...(body === undefined || file ? {} : { 'Content-Type': 'application/json' }),
        ...this.headers,
        ...headers,
      },
      ...(body === undefined ? {} : { body: file ? new Uint8Array(body) : JSON.stringify(body) }),
    });
    const cookie = response.headers.get('set-cookie');
    if (cookie) this.headers.Cookie = cookie.split(';')[0]!;
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json') && text !== '';
    return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text };
  }

  /** Starts a chat with a first message. */
  async begin(text = 'Hello?', more: Record<string, unknown> = {}): Promise<Body> {
    const message = { client_message_id: randomUUID(), body: text };
    const { status, body } = await this.ask('POST /api/chat-sessions', { message, ...more });
    if (status > 201) throw new Error(`${status} ${JSON.stringify(body)}`);
    return body;
  }

  /** Opens a socket; rejects with the status if the server refuses it. */
  async open(
    path: string,
    headers: Record<string, string> = {},
    protocols = [chatSubprotocol],
  ): Promise<Socket> {
    const socket = await Socket.open(this.server.url.replace('http', 'ws') + path, protocols, {
      ...this.headers,
      ...headers,
    });
    this.#sockets.push(socket);
    return socket;
  }

  /** Opens the chat's socket and waits until it is live. */
  async follow(sessionId: string, after = 0): Promise<Socket> {
    const socket = await this.open(`/ws/chat/${sessionId}`);
    socket.say({ type: 'resume', after });
    await socket.next('live');
    return socket;
  }

  async console(): Promise<Socket> {
    const socket = await this.open('/ws/console');
    await socket.next('welcome');
    return socket;
  }

  leave(): void {
    for (const socket of this.#sockets) socket.terminate();
  }
}

/** A socket that queues received frames for `next`. */
export class Socket {
  readonly #socket: WebSocket;
  readonly frames: Body[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  #wake: () => void = () => {};

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => {
      this.frames.push(JSON.parse(String(data)));
      this.#wake();
    });
    socket.on('error', () => {});
    this.closed = new Promise((resolve) =>
      socket.on('close', (code, reason) => resolve({ code, reason: String(reason) })),
    );
  }

  static open(url: string, protocols: string[], headers: Record<string, string>): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const { Origin: origin, ...others } = headers;
      const socket = new WebSocket(url, protocols, { headers: others, ...(origin ? { origin } : {}) });
      const opened = new Socket(socket);
      socket.on('open', () => resolve(opened));
      socket.on('unexpected-response', (_request, response) => {
        socket.terminate();
        reject(new Error(`refused with ${response.statusCode}`));
      });
      socket.on('error', reject);
    });
  }

  say(frame: unknown): void {
    this.#socket.send(typeof frame === 'string' || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame));
  }

  /** Sends a message. @returns its client_message_id */
  write(body: string, more: Record<string, unknown> = {}): string {
    const id = randomUUID();
    this.say({ type: 'send', ...more, message: { client_message_id: id, body } });
    return id;
  }

  /** Waits for the next frame of this type for which `fits` holds; drops the frames before it. */
  async next(
    type: string,
    fits: (frame: Body) => boolean = () => true,
    milliseconds = 60_000,
  ): Promise<Body> {
    const until = performance.now() + milliseconds;
    for (;;) {
      for (let frame = this.frames.shift(); frame; frame = this.frames.shift())
        if (frame.type === type && fits(frame)) return frame;
      const left = until - performance.now();
      if (left <= 0) throw new Error(`no "${type}" frame arrived within ${milliseconds} ms`);
      await Promise.race([
        new Promise<void>((resolve) => (this.#wake = resolve)),
        new Promise((resolve) => setTimeout(resolve, Math.min(left, 200))),
      ]);
    }
  }

  /** The socket below the chat protocol, for what only a hostile client sends. */
  get raw(): WebSocket {
    return this.#socket;
  }

  terminate(): void {
    this.#socket.terminate();
  }
}
