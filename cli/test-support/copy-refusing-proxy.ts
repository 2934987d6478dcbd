// A Postgres proxy that refuses COPY, as some poolers and compatible databases do, and passes on everything else.
import { connect, createServer, type Server, type Socket } from 'node:net';

export class CopyRefusingProxy {
  readonly url: string;
  /** Number of COPY statements refused so far. */
  readonly refused: string[];
  readonly #server: Server;
  readonly #sockets: Set<Socket>;

  private constructor(url: string, refused: string[], server: Server, sockets: Set<Socket>) {
    this.url = url;
    this.refused = refused;
    this.#server = server;
    this.#sockets = sockets;
  }

  static async start(target: string): Promise<CopyRefusingProxy> {
    const { hostname, port } = new URL(target);
    const refused: string[] = [];
    const sockets = new Set<Socket>();
    const server = createServer((client) => {
      const upstream = connect(Number(port), hostname);
      for (const socket of [client, upstream]) {
        sockets.add(socket);
        socket
          .on('error', () => {})
          .on('close', () => {
            client.destroy();
            upstream.destroy();
          });
      }
      upstream.pipe(client);
      const messages = new FrontendMessages();
      client.on('data', (chunk) => {
        for (const message of messages.split(chunk)) upstream.write(refuseCopy(message, refused));
      });
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const url = new URL(target);
    url.hostname = '127.0.0.1';
    url.port = String((server.address() as { port: number }).port);
    return new CopyRefusingProxy(url.toString(), refused, server, sockets);
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((closed) => this.#server.close(closed));
  }
}

/** Splits chunks into whole frontend messages. The first message has no type byte: it opens the session. */
class FrontendMessages {
  #rest: Buffer = Buffer.alloc(0);
  #opened = false;

  *split(chunk: Buffer): Generator<Buffer> {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    for (;;) {
      const typeBytes = this.#opened ? 1 : 0;
      if (this.#rest.length < typeBytes + 4) return;
      const length = typeBytes + this.#rest.readInt32BE(typeBytes);
      if (this.#rest.length < length) return;
      yield this.#rest.subarray(0, length);
      this.#rest = this.#rest.subarray(length);
      this.#opened = true;
    }
  }
}

/** Replaces COPY by a statement that fails as if COPY were not supported, so that the transaction fails in the same way. */
function refuseCopy(message: Buffer, refused: string[]): Buffer {
  if (message[0] !== 'Q'.charCodeAt(0)) return message;
  const text = message.toString('utf8', 5, message.length - 1);
  if (!/^\s*copy\b/i.test(text)) return message;
  refused.push(text);
  const instead = Buffer.from(
    `do $$begin raise exception 'COPY is not supported' using errcode = '0A000'; end$$\0`,
  );
  const header = Buffer.alloc(5);
  header.write('Q');
  header.writeInt32BE(instead.length + 4, 1);
  return Buffer.concat([header, instead]);
}
