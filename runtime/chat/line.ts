// One open socket: frames out through a bounded queue, an end with a code that says whether to come back, and who it
// belongs to, checked again for as long as it is open.
import { type RawData, WebSocket } from 'ws';
import type { z } from 'zod';
import { type CloseReason, closeCodes, type FromServer, type ToConsole } from '../contract/chat-protocol.ts';

/** Whom a socket was opened to. */
export interface Holder {
  /** Whose limits count: a visitor, or an agent. */
  readonly person: string;
  readonly address: string;
  /** Subject of the token; undefined: a guest. */
  readonly sub: string | undefined;
  /** Milliseconds since 1970; guests' never ends. */
  readonly expiresAt: number;
}

/** Bytes that wait for a reader; one that does not read them is cut off. */
const mostQueued = 1_048_576;
/** Milliseconds that the end of a socket may take before it is cut. */
const goodbye = 1_000;

export class Line {
  readonly holder: Holder;
  readonly #socket: WebSocket;
  /** Set by pongs and by whatever else comes. */
  alive = true;
  ended = false;

  constructor(socket: WebSocket, holder: Holder) {
    this.#socket = socket;
    this.holder = holder;
  }

  send(frame: FromServer | ToConsole): void {
    this.sendText(JSON.stringify(frame));
  }

  sendText(frame: string | Buffer): void {
    if (this.ended || this.#socket.readyState !== WebSocket.OPEN) return;
    if (this.#socket.bufferedAmount > mostQueued) this.end('slow');
    else this.#socket.send(frame, { binary: false });
  }

  /** Sends, and resolves when the network has taken it: for more than fits into the queue at once. */
  sendThrough(frame: FromServer): Promise<void> {
    if (this.ended || this.#socket.readyState !== WebSocket.OPEN) return Promise.resolve();
    return new Promise((resolve) => {
      this.#socket.send(JSON.stringify(frame), { binary: false }, () => resolve());
    });
  }

  ping(): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.ping();
  }

  /** Ends it; what still waits is lost to this socket, and is resumed on the next. Safe to call twice. */
  end(reason: CloseReason): void {
    if (this.ended) return;
    this.ended = true;
    this.#socket.close(closeCodes[reason].code, reason);
    // Who does not read does not read the goodbye either.
    const socket = this.#socket;
    setTimeout(() => socket.terminate(), goodbye).unref();
  }
}

/** A frame that fits, or undefined: then the client is at fault. */
export function readFrame<S extends z.ZodType>(
  schema: S,
  data: RawData,
  isBinary: boolean,
): z.output<S> | undefined {
  if (isBinary) return undefined;
  try {
    const parsed = schema.safeParse(JSON.parse((data as Buffer).toString('utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
