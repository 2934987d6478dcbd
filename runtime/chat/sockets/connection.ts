// One open socket: sends frames through a bounded queue, closes with a code that tells the client whether to reconnect,
// and knows its holder, whose rights are checked for as long as it is open.
import { type RawData, WebSocket } from 'ws';
import type { z } from 'zod';
import { clientMessageId } from '../../contract/chat-message.ts';
import {
  type CloseReason,
  closeCodes,
  type FromServer,
  type ToConsole,
} from '../../contract/chat-protocol.ts';

/** The person a socket was opened for. */
export interface Holder {
  /** Key for rate limits: a visitor, or an agent. */
  readonly person: string;
  readonly address: string;
  /** Subject of the token; undefined for a guest. */
  readonly sub: string | undefined;
  /** Identifies the token; undefined for a guest. */
  readonly tokenHash?: string | undefined;
  /** Milliseconds since 1970; infinite for guests. */
  readonly expiresAt: number;
}

/** Bytes queued for a reader; beyond that it is disconnected as too slow. */
const maxQueuedBytes = 1_048_576;
/** Invalid frames that a socket may send at once: a client of another version sends a few, a broken one never stops. */
const maxBadFrames = 20;
/** Milliseconds after which one of them is forgotten, so that a day of typing in another version closes no console. */
const badFrameForgotten = 3_000;
/** Pings and pongs of a client between two pings of the server: no library sends more than one a second. */
const maxControlFrames = 100;
/** Reasons to stop reading at once: what arrives until the socket is terminated would cost as much as before. */
const unread: ReadonlySet<CloseReason> = new Set(['flood', 'bad_frame']);
/** Milliseconds that the closing handshake may take before the socket is terminated. */
const closeTimeout = 1_000;

export class Connection {
  readonly holder: Holder;
  readonly #socket: WebSocket;
  /** Set by pongs and by every frame received. */
  alive = true;
  ended = false;
  #badFrames = 0;
  #badFrameAt = 0;
  #controlFrames = 0;

  constructor(socket: WebSocket, holder: Holder) {
    this.#socket = socket;
    this.holder = holder;
  }

  send(frame: FromServer | ToConsole): void {
    this.sendText(JSON.stringify(frame));
  }

  sendText(frame: string | Buffer): void {
    if (this.ended || this.#socket.readyState !== WebSocket.OPEN) return;
    if (this.#socket.bufferedAmount > maxQueuedBytes) this.end('slow');
    else this.#socket.send(frame, { binary: false });
  }

  /** Resolves once the frame was handed to the network: for histories that would not fit into the queue at once. */
  sendThrough(frame: FromServer): Promise<void> {
    if (this.ended || this.#socket.readyState !== WebSocket.OPEN) return Promise.resolve();
    return new Promise((resolve) => {
      this.#socket.send(JSON.stringify(frame), { binary: false }, () => resolve());
    });
  }

  /** Tells the client that a frame was ignored. The socket, and an agent's other chats on it, stay open. */
  ignore(detail: string): void {
    const now = performance.now();
    this.#badFrames = 1 + Math.max(0, this.#badFrames - (now - this.#badFrameAt) / badFrameForgotten);
    this.#badFrameAt = now;
    if (this.#badFrames > maxBadFrames) this.end('bad_frame');
    else this.send({ type: 'bad_frame', detail });
  }

  /** Counts a ping or pong. They are tiny, but parsing a megabyte of them blocks the process for a second. */
  controlled(): void {
    this.#controlFrames += 1;
    if (this.#controlFrames > maxControlFrames) this.end('flood');
  }

  ping(): void {
    this.#controlFrames = 0;
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.ping();
  }

  /** Closes the socket. Queued frames are dropped; the client resumes on its next socket. Safe to call twice. */
  end(reason: CloseReason): void {
    if (this.ended) return;
    this.ended = true;
    this.#socket.close(closeCodes[reason].code, reason);
    if (unread.has(reason)) this.#socket.pause();
    // A client that doesn't read won't read the close frame either.
    const socket = this.#socket;
    setTimeout(() => socket.terminate(), closeTimeout).unref();
  }
}

/** What a client sent: a valid frame, an invalid message to refuse by its id, or an invalid frame. */
export type ReadFrame<F> =
  | { readonly frame: F }
  | { readonly refusedId: string; readonly detail: string }
  | { readonly detail: string };

export function readFrame<S extends z.ZodType>(
  schema: S,
  data: RawData,
  isBinary: boolean,
): ReadFrame<z.output<S>> {
  if (isBinary) return { detail: 'expected text, not bytes' };
  let json: unknown;
  try {
    json = JSON.parse((data as Buffer).toString('utf8'));
  } catch {
    return { detail: 'expected JSON' };
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return { frame: parsed.data };
  const detail = detailOf(parsed.error.issues);
  const { type, message } = (json ?? {}) as { type?: unknown; message?: { client_message_id?: unknown } };
  const id = clientMessageId.safeParse(type === 'send' ? message?.client_message_id : undefined);
  return id.success ? { refusedId: id.data, detail } : { detail };
}

/** Describes the first issue; for a union, the first issue of the variant with the fewest. */
function detailOf(issues: readonly z.core.$ZodIssue[], path: readonly PropertyKey[] = []): string {
  const issue = issues[0]!;
  const at = [...path, ...issue.path];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const best = issue.errors.reduce((one, other) => (other.length < one.length ? other : one));
    if (best.length > 0) return detailOf(best, at);
  }
  return `${at.map(String).join('.') || 'frame'}: ${issue.message}`.slice(0, 200);
}
