// One chat on one socket: first what was missed, from the rows, page by page; then what comes, in order, once.
import type { MessageRow } from '../../../sql/store/chat/messages.ts';
import type { SessionRow } from '../../../sql/store/chat/sessions.ts';
import type { WireMessage } from '../../contract/chat-message.ts';
import type { FromServer } from '../../contract/chat-protocol.ts';
import type { Connection } from '../sockets/connection.ts';
import type { Feeds, Follower } from './feeds.ts';
import { wireSession } from './wire-sessions.ts';

export interface StreamReads {
  session(sessionId: string): Promise<SessionRow | undefined>;
  messages(places: ReadonlyArray<{ sessionId: string; after: number }>, limit: number): Promise<MessageRow[]>;
  wire(rows: readonly MessageRow[]): Promise<WireMessage[]>;
}

export interface StreamEvents {
  readonly onChanged?: (session: SessionRow) => void;
  readonly onGone: () => void;
}

/** Messages of one page. */
const pageSize = 200;

export class Stream implements Follower {
  readonly sessionId: string;
  position = 0;
  live = false;
  readonly #connection: Connection;
  readonly #feeds: Feeds;
  readonly #reads: StreamReads;
  readonly #events: StreamEvents;
  #session: SessionRow | undefined;
  #stopped = false;

  constructor(
    connection: Connection,
    sessionId: string,
    feeds: Feeds,
    reads: StreamReads,
    events: StreamEvents,
  ) {
    this.#connection = connection;
    this.sessionId = sessionId;
    this.#feeds = feeds;
    this.#reads = reads;
    this.#events = events;
  }

  /** Sends all after `after`, then follows. Rejects where the database does not answer. */
  async start(after: number): Promise<void> {
    // Heard from before the first read on: whatever is stored from now on is known when the reading is done.
    this.#feeds.join(this.sessionId, this);
    const session = await this.#reads.session(this.sessionId);
    if (!session) return this.gone();
    this.#keep(session);
    // A client that has more than there is has it from another database.
    this.position = Math.min(after, session.last_seq);
    for (;;) {
      // Nothing to read: so it is after most short breaks, and with every new chat.
      const rows =
        this.position === session.last_seq && this.#feeds.goLive(this.sessionId, this, session.version)
          ? []
          : await this.#page();
      if (this.#stopped || this.#connection.ended) return this.stop();
      if (this.live) break;
      if (rows.length < pageSize && this.#feeds.goLive(this.sessionId, this, session.version)) break;
      // More is known to be there than is found: it was removed meanwhile.
      if (rows.length === 0 && !(await this.#reads.session(this.sessionId))) return this.gone();
    }
    const now = this.#session!;
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
    this.#feeds.leave(this.sessionId, this);
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

  passing(frame: FromServer): void {
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
    // At the reader's pace: a long history must not fill the queue.
    await this.#connection.sendThrough({
      type: 'messages',
      session_id: this.sessionId,
      messages: [...messages],
    });
    return messages;
  }

  /** @returns whether it is newer than what is known */
  #keep(session: SessionRow): boolean {
    if (this.#session && BigInt(this.#session.version) >= BigInt(session.version)) return false;
    this.#session = session;
    return true;
  }
}
