// One open socket: frames out through a bounded queue, an end with a code that says whether to come back, and who it
// belongs to, checked again for as long as it is open.
import { type RawData, WebSocket } from 'ws';
import type { z } from 'zod';
import { clientMessageId } from '../../contract/chat-message.ts';
import {
  type CloseReason,
  closeCodes,
  type FromServer,
  type ToConsole,
} from '../../contract/chat-protocol.ts';

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
const maxQueuedBytes = 1_048_576;
/** Frames outside the protocol that a socket may send; a client of another version sends some, a broken one no end. */
const maxBadFrames = 20;
/** Milliseconds that the end of a socket may take before it is cut. */
const closeTimeout = 1_000;

export class Connection {
  readonly holder: Holder;
  readonly #socket: WebSocket;
  /** Set by pongs and by whatever else comes. */
  alive = true;
  ended = false;
  #badFrames = 0;

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

  /** Sends, and resolves when the network has taken it: for more than fits into the queue at once. */
  sendThrough(frame: FromServer): Promise<void> {
    if (this.ended || this.#socket.readyState !== WebSocket.OPEN) return Promise.resolve();
    return new Promise((resolve) => {
      this.#socket.send(JSON.stringify(frame), { binary: false }, () => resolve());
    });
  }

  /** Says that a frame was ignored: the socket, and an agent's other chats, go on. */
  ignore(detail: string): void {
    this.#badFrames += 1;
    if (this.#badFrames > maxBadFrames) this.end('bad_frame');
    else this.send({ type: 'bad_frame', detail });
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
    setTimeout(() => socket.terminate(), closeTimeout).unref();
  }
}

/** What a client sent: a frame, a message to refuse by its id, or nothing of the protocol. */
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

/** The first thing that does not fit; of a union, what is wrong with the variant that fits best. */
function detailOf(issues: readonly z.core.$ZodIssue[], path: readonly PropertyKey[] = []): string {
  const issue = issues[0]!;
  const at = [...path, ...issue.path];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const best = issue.errors.reduce((one, other) => (other.length < one.length ? other : one));
    if (best.length > 0) return detailOf(best, at);
  }
  return `${at.map(String).join('.') || 'frame'}: ${issue.message}`.slice(0, 200);
}
