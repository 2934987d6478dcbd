// Chats that somebody in this process looks at, and how far each has been told. What is stored here is passed on from
// memory where it is the next in order; everything else is read from the rows, in order, when the bus or a sweep says so.
import type { MessageRow } from '../../../sql/store/chat/messages.ts';
import type { SessionRow } from '../../../sql/store/chat/sessions.ts';
import type { WireMessage } from '../../contract/chat-message.ts';
import type { FromServer } from '../../contract/chat-protocol.ts';
import type { Log } from '../../core/log.ts';
import type { Invalidation } from '../bus/bus-payload.ts';
import type { Stored } from './message-writer.ts';
import { storedRow, type WireMessages } from './wire-messages.ts';

/** Somebody who looks on. */
export interface Follower {
  /** All up to this seq have been sent. */
  position: number;
  /** Whether it has caught up, and is told as things come. */
  live: boolean;
  message(seq: number, frame: Buffer): void;
  /** State, agent, read marks or notes have changed. */
  changed(session: SessionRow): void;
  passing(frame: FromServer): void;
  /** The session was removed. */
  gone(): void;
}

export interface FeedReads {
  messages(places: ReadonlyArray<{ sessionId: string; after: number }>, limit: number): Promise<MessageRow[]>;
  sessions(ids: readonly string[]): Promise<SessionRow[]>;
  heads(ids: readonly string[]): Promise<Array<Pick<SessionRow, 'session_id' | 'last_seq' | 'version'>>>;
}

class Feed {
  readonly sessionId: string;
  readonly followers = new Set<Follower>();
  /** All up to this seq have been told to those who are live. */
  position = 0;
  /** Highest seq that is known to be stored. */
  known = 0;
  version = '';

  constructor(sessionId: string) {
    this.sessionId = sessionId;
  }
}

/** Messages of a session that one read brings. */
const pageSize = 200;
/** Sessions of one statement. */
const sessionsAtOnce = 1_000;
/** Milliseconds between sweeps: a invalidation that was lost is late by so much at most. */
const betweenSweeps = 2_000;

export class Feeds {
  readonly #reads: FeedReads;
  readonly #wire: WireMessages;
  readonly #log: Log;
  readonly #feeds = new Map<string, Feed>();
  readonly #behind = new Set<Feed>();
  readonly #changed = new Set<Feed>();
  #reading = false;
  #sweeping: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Messages that were found by reading rows, and by memory. */
  fetched = 0;
  passed = 0;

  constructor(reads: FeedReads, wire: WireMessages, log: Log) {
    this.#reads = reads;
    this.#wire = wire;
    this.#log = log;
  }

  get size(): number {
    return this.#feeds.size;
  }

  start(sweepEvery = betweenSweeps): void {
    this.#timer = setInterval(() => this.sweep(), sweepEvery).unref();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sweeping;
  }

  /** From now on the follower hears of what is passing; it is told messages when it has caught up. */
  join(sessionId: string, follower: Follower): void {
    let feed = this.#feeds.get(sessionId);
    if (!feed) this.#feeds.set(sessionId, (feed = new Feed(sessionId)));
    feed.followers.add(follower);
  }

  leave(sessionId: string, follower: Follower): void {
    const feed = this.#feeds.get(sessionId);
    if (!feed?.followers.delete(follower) || feed.followers.size > 0) return;
    this.#feeds.delete(sessionId);
    this.#behind.delete(feed);
    this.#changed.delete(feed);
  }

  /**
   * The follower has been sent all rows that a read found: lets it go live, unless more is known to be stored by now;
   * then it must read on. Nothing is awaited in between, so nothing falls between reading and following.
   */
  goLive(sessionId: string, follower: Follower, version: string): boolean {
    const feed = this.#feeds.get(sessionId);
    if (!feed?.followers.has(follower)) return true;
    if (feed.known > follower.position) return false;
    follower.live = true;
    feed.known = follower.position;
    if (feed.version === '') feed.version = version;
    else if (feed.version !== version) this.#refresh(feed);
    if (others(feed, follower)) this.#look(feed);
    else feed.position = follower.position;
    return true;
  }

  /** Messages that this process has stored. */
  stored(batch: readonly Stored[]): void {
    for (const stored of batch) {
      const feed = this.#feeds.get(stored.message.sessionId);
      if (!feed) continue;
      feed.known = Math.max(feed.known, stored.seq);
      // Cards and files are looked up, and for that the way over the rows is good enough.
      if (stored.message.kind === 'text' && stored.seq === feed.position + 1 && !this.#behind.has(feed)) {
        this.passed += 1;
        this.#deliver(feed, [this.#wire.text(storedRow(stored))]);
      } else this.#look(feed);
    }
  }

  invalidated(invalidations: readonly Invalidation[]): void {
    for (const { sessionId, seq, changed } of invalidations) {
      const feed = this.#feeds.get(sessionId);
      if (!feed) continue;
      feed.known = Math.max(feed.known, seq);
      this.#look(feed);
      if (changed) this.#refresh(feed);
    }
  }

  /** Passes on what is of the moment, to all who look at the session but the one it came from. */
  passing(sessionId: string, frame: FromServer, from?: Follower): void {
    for (const each of this.#feeds.get(sessionId)?.followers ?? []) if (each !== from) each.passing(frame);
  }

  /** Compares all feeds with the database. */
  sweep(): void {
    if (this.#feeds.size === 0) return;
    this.#sweeping ??= this.#sweep()
      .catch((error) => this.#log.debug({ err: error }, 'chats could not be swept'))
      .finally(() => (this.#sweeping = undefined));
  }

  async #sweep(): Promise<void> {
    const ids = [...this.#feeds.keys()];
    for (let from = 0; from < ids.length; from += sessionsAtOnce) {
      const asked = ids.slice(from, from + sessionsAtOnce);
      const heads = new Map((await this.#reads.heads(asked)).map((head) => [head.session_id, head]));
      for (const id of asked) {
        const feed = this.#feeds.get(id);
        const head = heads.get(id);
        if (feed && head) {
          feed.known = Math.max(feed.known, head.last_seq);
          this.#look(feed);
          if (feed.version !== head.version && feed.version !== '') this.#refresh(feed);
        } else if (feed) for (const each of [...feed.followers]) each.gone();
      }
    }
  }

  #look(feed: Feed): void {
    if (feed.known <= feed.position) return;
    // Whoever is not live yet reads by itself, and looks at `known` before it goes live.
    if (!anyLive(feed)) feed.position = feed.known;
    else {
      this.#behind.add(feed);
      this.#read();
    }
  }

  #refresh(feed: Feed): void {
    this.#changed.add(feed);
    this.#read();
  }

  /** One read at a time; what comes meanwhile is for the next. */
  #read(): void {
    if (this.#reading) return;
    this.#reading = true;
    setImmediate(async () => {
      try {
        while (this.#behind.size + this.#changed.size > 0) {
          await this.#readMessages();
          await this.#readSessions();
        }
      } catch (error) {
        // The next sweep finds what is missing.
        this.#log.debug({ err: error }, 'chats could not be read');
        this.#behind.clear();
        for (const feed of this.#changed) feed.version = 'unknown';
        this.#changed.clear();
      } finally {
        this.#reading = false;
      }
    });
  }

  async #readMessages(): Promise<void> {
    const feeds = take(this.#behind, sessionsAtOnce);
    if (feeds.length === 0) return;
    for (const feed of feeds) this.#behind.add(feed);
    const places = feeds.map((feed) => ({ sessionId: feed.sessionId, after: feed.position }));
    const wire = await this.#wire.of(await this.#reads.messages(places, pageSize));
    this.fetched += wire.length;
    const bySession = new Map<string, WireMessage[]>(feeds.map((feed) => [feed.sessionId, []]));
    for (const message of wire) bySession.get(message.session_id)!.push(message);
    for (const feed of feeds) {
      const messages = bySession.get(feed.sessionId)!;
      this.#deliver(feed, messages);
      // Nothing where something is known to be: it was removed, and the sweep will say so.
      if (messages.length === 0 || feed.known <= feed.position) this.#behind.delete(feed);
    }
  }

  async #readSessions(): Promise<void> {
    const feeds = take(this.#changed, sessionsAtOnce);
    if (feeds.length === 0) return;
    const sessions = await this.#reads.sessions(feeds.map((feed) => feed.sessionId));
    for (const session of sessions) {
      const feed = this.#feeds.get(session.session_id);
      if (!feed || feed.version === session.version) continue;
      feed.version = session.version;
      for (const each of feed.followers) each.changed(session);
    }
  }

  #deliver(feed: Feed, messages: readonly WireMessage[]): void {
    for (const message of messages) {
      if (message.seq !== feed.position + 1) continue;
      feed.position = message.seq;
      const frame = Buffer.from(JSON.stringify({ type: 'message', message } satisfies FromServer));
      for (const each of feed.followers) {
        if (each.live && each.position + 1 === message.seq) each.message(message.seq, frame);
      }
    }
  }
}

function anyLive(feed: Feed): boolean {
  for (const each of feed.followers) if (each.live) return true;
  return false;
}

function others(feed: Feed, follower: Follower): boolean {
  for (const each of feed.followers) if (each !== follower && each.live) return true;
  return false;
}

function take<T>(set: Set<T>, most: number): T[] {
  const taken: T[] = [];
  for (const each of set) {
    if (taken.length === most) break;
    taken.push(each);
    set.delete(each);
  }
  return taken;
}
