// One channel per chat that has subscribers in this process, with the seq up to which they have everything. A message
// stored by this process is delivered from memory if it is the next in order; everything else is read from the rows, in
// order, when the bus invalidates a chat or a sweep finds it behind.
import type { MessageRow } from '../../../sql/store/chat/messages.ts';
import type { SessionRow } from '../../../sql/store/chat/sessions.ts';
import type { WireMessage } from '../../contract/chat-message.ts';
import type { FromServer } from '../../contract/chat-protocol.ts';
import type { Log } from '../../core/log.ts';
import { Batcher } from '../../work/batcher.ts';
import { Poller } from '../../work/poller.ts';
import type { Invalidation } from '../bus/bus-payload.ts';
import type { Stored } from './message-writer.ts';
import { storedRow, type WireMessages } from './wire-messages.ts';

/** One chat on one socket. */
export interface Subscriber {
  /** All messages up to this seq have been sent. */
  position: number;
  /** Whether the replay is over, so that new messages are delivered as they are stored. */
  live: boolean;
  message(seq: number, frame: Buffer): void;
  /** State, agent, read marks or notes changed. */
  changed(session: SessionRow): void;
  /** A frame that is stored nowhere, such as typing. */
  transient(frame: FromServer): void;
  /** The session was removed. */
  gone(): void;
}

export interface ChannelReads {
  messages(places: ReadonlyArray<{ sessionId: string; after: number }>, limit: number): Promise<MessageRow[]>;
  sessions(ids: readonly string[]): Promise<SessionRow[]>;
  heads(ids: readonly string[]): Promise<Array<Pick<SessionRow, 'session_id' | 'last_seq' | 'version'>>>;
}

class Channel {
  readonly sessionId: string;
  readonly subscribers = new Set<Subscriber>();
  /** All messages up to this seq have been delivered to the live subscribers. */
  position = 0;
  /** Highest seq known to be stored. */
  known = 0;
  version = '';

  constructor(sessionId: string) {
    this.sessionId = sessionId;
  }
}

/** Messages per session in one read. */
const pageSize = 200;
/** Sessions per statement. */
const maxSessions = 1_000;
/** Milliseconds between sweeps: the longest delay that a lost invalidation causes. */
const sweepInterval = 2_000;

export class Channels {
  readonly #reads: ChannelReads;
  readonly #wire: WireMessages;
  readonly #log: Log;
  readonly #channels = new Map<string, Channel>();
  readonly #behind = new Set<Channel>();
  readonly #changed = new Set<Channel>();
  readonly #batcher = new Batcher({
    delay: 0,
    eager: true,
    pending: () => this.#behind.size + this.#changed.size > 0,
    flush: () => this.#read(),
  });
  readonly #poller: Poller;
  /** Messages delivered from rows, and from memory. */
  fetched = 0;
  passed = 0;

  constructor(reads: ChannelReads, wire: WireMessages, log: Log) {
    this.#reads = reads;
    this.#wire = wire;
    this.#log = log;
    const task = () =>
      this.#sweep().catch((error) => log.debug({ err: error }, 'failed to sweep chat channels'));
    this.#poller = new Poller({ name: 'sweep chat channels', interval: sweepInterval, task, log });
  }

  get size(): number {
    return this.#channels.size;
  }

  start(): void {
    this.#poller.startLater();
  }

  async close(): Promise<void> {
    await this.#poller.close();
    await this.#batcher.close();
  }

  /** Adds a subscriber. It receives transient frames at once, and messages after `goLive`. */
  join(sessionId: string, subscriber: Subscriber): void {
    let channel = this.#channels.get(sessionId);
    if (!channel) this.#channels.set(sessionId, (channel = new Channel(sessionId)));
    channel.subscribers.add(subscriber);
  }

  leave(sessionId: string, subscriber: Subscriber): void {
    const channel = this.#channels.get(sessionId);
    if (!channel?.subscribers.delete(subscriber) || channel.subscribers.size > 0) return;
    this.#channels.delete(sessionId);
    this.#behind.delete(channel);
    this.#changed.delete(channel);
  }

  /**
   * Makes a subscriber live after it has sent all rows that its read found. Returns false if newer messages are known to
   * be stored by now: then it must read on. Nothing is awaited in between, so no message falls between replay and live.
   */
  goLive(sessionId: string, subscriber: Subscriber, version: string): boolean {
    const channel = this.#channels.get(sessionId);
    if (!channel?.subscribers.has(subscriber)) return true;
    if (channel.known > subscriber.position) return false;
    subscriber.live = true;
    channel.known = subscriber.position;
    if (channel.version === '') channel.version = version;
    else if (channel.version !== version) this.#refreshSession(channel);
    if (others(channel, subscriber)) this.#catchUp(channel);
    else channel.position = subscriber.position;
    return true;
  }

  /** Delivers messages that this process has stored. */
  stored(batch: readonly Stored[]): void {
    for (const stored of batch) {
      const channel = this.#channels.get(stored.message.sessionId);
      if (!channel) continue;
      channel.known = Math.max(channel.known, stored.seq);
      // Product cards and attachments need a look-up; reading the rows does that.
      if (
        stored.message.kind === 'text' &&
        stored.seq === channel.position + 1 &&
        !this.#behind.has(channel)
      ) {
        this.passed += 1;
        this.#deliver(channel, [this.#wire.text(storedRow(stored))]);
      } else this.#catchUp(channel);
    }
  }

  invalidated(invalidations: readonly Invalidation[]): void {
    for (const { sessionId, seq, changed } of invalidations) {
      const channel = this.#channels.get(sessionId);
      if (!channel) continue;
      channel.known = Math.max(channel.known, seq);
      this.#catchUp(channel);
      if (changed) this.#refreshSession(channel);
    }
  }

  /** Delivers a transient frame to all subscribers of the session but its sender. */
  transient(sessionId: string, frame: FromServer, from?: Subscriber): void {
    for (const each of this.#channels.get(sessionId)?.subscribers ?? [])
      if (each !== from) each.transient(frame);
  }

  /** Compares all channels with the database. */
  sweep(): void {
    void this.#poller.run();
  }

  async #sweep(): Promise<void> {
    const ids = [...this.#channels.keys()];
    for (let from = 0; from < ids.length; from += maxSessions) {
      const asked = ids.slice(from, from + maxSessions);
      const heads = new Map((await this.#reads.heads(asked)).map((head) => [head.session_id, head]));
      for (const id of asked) {
        const channel = this.#channels.get(id);
        const head = heads.get(id);
        if (channel && head) {
          channel.known = Math.max(channel.known, head.last_seq);
          this.#catchUp(channel);
          if (channel.version !== head.version && channel.version !== '') this.#refreshSession(channel);
        } else if (channel) for (const each of [...channel.subscribers]) each.gone();
      }
    }
  }

  #catchUp(channel: Channel): void {
    if (channel.known <= channel.position) return;
    // Subscribers that are not live yet read for themselves, and `goLive` checks `known`.
    if (!anyLive(channel)) channel.position = channel.known;
    else {
      this.#behind.add(channel);
      this.#batcher.schedule();
    }
  }

  #refreshSession(channel: Channel): void {
    this.#changed.add(channel);
    this.#batcher.schedule();
  }

  async #read(): Promise<void> {
    try {
      await this.#readMessages();
      await this.#readSessions();
    } catch (error) {
      // The next sweep finds what is missing.
      this.#log.debug({ err: error }, 'failed to read chats');
      this.#behind.clear();
      for (const channel of this.#changed) channel.version = 'unknown';
      this.#changed.clear();
    }
  }

  async #readMessages(): Promise<void> {
    const channels = takeFrom(this.#behind, maxSessions);
    if (channels.length === 0) return;
    for (const channel of channels) this.#behind.add(channel);
    const places = channels.map((channel) => ({ sessionId: channel.sessionId, after: channel.position }));
    const wire = await this.#wire.of(await this.#reads.messages(places, pageSize));
    this.fetched += wire.length;
    const bySession = new Map<string, WireMessage[]>(channels.map((channel) => [channel.sessionId, []]));
    for (const message of wire) bySession.get(message.session_id)!.push(message);
    for (const channel of channels) {
      const messages = bySession.get(channel.sessionId)!;
      this.#deliver(channel, messages);
      // No rows although some are known: the session was removed, and the next sweep reports that.
      if (messages.length === 0 || channel.known <= channel.position) this.#behind.delete(channel);
    }
  }

  async #readSessions(): Promise<void> {
    const channels = takeFrom(this.#changed, maxSessions);
    if (channels.length === 0) return;
    const sessions = await this.#reads.sessions(channels.map((channel) => channel.sessionId));
    for (const session of sessions) {
      const channel = this.#channels.get(session.session_id);
      if (!channel || channel.version === session.version) continue;
      channel.version = session.version;
      for (const each of channel.subscribers) each.changed(session);
    }
  }

  #deliver(channel: Channel, messages: readonly WireMessage[]): void {
    for (const message of messages) {
      if (message.seq !== channel.position + 1) continue;
      channel.position = message.seq;
      const frame = Buffer.from(JSON.stringify({ type: 'message', message } satisfies FromServer));
      for (const each of channel.subscribers) {
        if (each.live && each.position + 1 === message.seq) each.message(message.seq, frame);
      }
    }
  }
}

function anyLive(channel: Channel): boolean {
  for (const each of channel.subscribers) if (each.live) return true;
  return false;
}

function others(channel: Channel, subscriber: Subscriber): boolean {
  for (const each of channel.subscribers) if (each !== subscriber && each.live) return true;
  return false;
}

function takeFrom<T>(set: Set<T>, max: number): T[] {
  const taken: T[] = [];
  for (const each of set) {
    if (taken.length === max) break;
    taken.push(each);
    set.delete(each);
  }
  return taken;
}
