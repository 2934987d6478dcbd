// One chat on one socket: replays missed messages from the rows, page by page, then delivers new ones, each once and in
// order.
import type { MessageRow } from '../../../sql/store/chat/messages.ts';
import type { SessionRow } from '../../../sql/store/chat/sessions.ts';
import type { WireMessage } from '../../contract/chat-message.ts';
import type { FromServer } from '../../contract/chat-protocol.ts';
import type { Connection } from '../sockets/connection.ts';
import type { Channels, Subscriber } from './channels.ts';
import { wireSession } from './wire-sessions.ts';

export interface SubscriptionReads {
  session(sessionId: string): Promise<SessionRow | undefined>;
  messages(places: ReadonlyArray<{ sessionId: string; after: number }>, limit: number): Promise<MessageRow[]>;
  wire(rows: readonly MessageRow[]): Promise<WireMessage[]>;
}

export interface SubscriptionEvents {
  readonly onChanged?: (session: SessionRow) => void;
  readonly onGone: () => void;
}

/** Messages per page of the replay. */
const pageSize = 200;

export class Subscription implements Subscriber {
  readonly sessionId: string;
  position = 0;
  live = false;
  readonly #connection: Connection;
  readonly #channels: Channels;
  readonly #reads: SubscriptionReads;
  readonly #events: SubscriptionEvents;
  /** The newest row seen, until the subscriber is live: a quiet socket keeps a number of it, not 3 KB. */
  #session: SessionRow | undefined;
  #version = -1n;
  #stopped = false;

  constructor(
    connection: Connection,
    sessionId: string,
    channels: Channels,
    reads: SubscriptionReads,
    events: SubscriptionEvents,
  ) {
    this.#connection = connection;
    this.sessionId = sessionId;
    this.#channels = channels;
    this.#reads = reads;
    this.#events = events;
  }

  /** Replays all messages after `after`, then goes live. Rejects if the database fails. */
  async start(after: number): Promise<void> {
    // Join before the first read, so that the channel knows of everything stored while the replay runs.
    this.#channels.join(this.sessionId, this);
    const session = await this.#reads.session(this.sessionId);
    if (!session) return this.gone();
    this.#keep(session);
    // A client that is ahead of the database has its position from another one.
    this.position = Math.min(after, session.last_seq);
    for (;;) {
      // Skip the read when nothing was missed, as after most short disconnects and in every new chat.
      const rows =
        this.position === session.last_seq && this.#channels.goLive(this.sessionId, this, session.version)
          ? []
          : await this.#page();
      if (this.#stopped || this.#connection.ended) return this.stop();
      if (this.live) break;
      if (rows.length < pageSize && this.#channels.goLive(this.sessionId, this, session.version)) break;
      // No rows although more are known: check whether the session was removed meanwhile.
      if (rows.length === 0 && !(await this.#reads.session(this.sessionId))) return this.gone();
    }
    const now = this.#session!;
    this.#session = undefined;
    this.#connection.send({
      type: 'live',
      session_id: this.sessionId,
      seq: this.position,
      session: wireSession(now),
    });
    this.#events.onChanged?.(now);
  }

  stop(): void {
    this.#stopped = true;
    this.#channels.leave(this.sessionId, this);
  }

  message(seq: number, frame: Buffer): void {
    this.position = seq;
    this.#connection.sendText(frame);
  }

  changed(session: SessionRow): void {
    if (!this.#keep(session) || !this.live) return;
    this.#connection.send({ type: 'session', session: wireSession(session) });
    this.#events.onChanged?.(session);
  }

  transient(frame: FromServer): void {
    if (this.live) this.#connection.send(frame);
  }

  gone(): void {
    this.stop();
    this.#events.onGone();
  }

  async #page(): Promise<readonly WireMessage[]> {
    const places = [{ sessionId: this.sessionId, after: this.position }];
    const messages = await this.#reads.wire(await this.#reads.messages(places, pageSize));
    if (this.#stopped || messages.length === 0) return messages;
    this.position = messages.at(-1)!.seq;
    // Wait for the reader: a long history must not overflow the queue.
    await this.#connection.sendThrough({
      type: 'messages',
      session_id: this.sessionId,
      messages: [...messages],
    });
    return messages;
  }

  /** @returns whether the session is newer than the one kept so far */
  #keep(session: SessionRow): boolean {
    const version = BigInt(session.version);
    if (this.#version >= version) return false;
    this.#version = version;
    if (!this.live) this.#session = session;
    return true;
  }
}
