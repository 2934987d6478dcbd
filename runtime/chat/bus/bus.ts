// How processes wake each other: "session X has come to seq N", and passing things that are nowhere written down
// (typing, who is viewing). Gathered for some milliseconds and sent together; what is lost on the way, sweeps find.
import { randomBytes } from 'node:crypto';
import type { Log } from '../../core/log.ts';
import { type News, packWakes, unpackWakes, type Wake } from './bus-payload.ts';

export interface BusHandlers {
  onWake(wakes: readonly Wake[]): void;
  onNews(news: News): void;
  /** What was said meanwhile may not have been heard: look into the database. */
  onGap(): void;
}

/** What carries payloads to all other processes: LISTEN/NOTIFY or Redis. It calls `BusInbox`. */
export interface Transport {
  /** Longest payload in bytes. */
  readonly longest: number;
  send(payload: string): Promise<void>;
  close(): Promise<void>;
}

/** What a transport tells. */
export interface BusInbox {
  heard(payload: string): void;
  gap(): void;
}

export type OpenTransport = (inbox: BusInbox) => Promise<Transport>;

/** Milliseconds for which wakes are gathered. */
const gather = 4;
/** Milliseconds until what could not be sent is tried again. */
const pause = 250;
/** News that wait at most: they are of the moment. */
const mostNews = 2_000;

export class Bus {
  /** Tells this process from the others: nobody listens to themselves. */
  readonly origin = randomBytes(6).toString('base64url');
  readonly #handlers: BusHandlers;
  readonly #log: Log;
  #transport: Transport | undefined;
  #wakes = new Map<string, Wake>();
  #news: News[] = [];
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;
  #closed = false;
  sent = 0;

  constructor(handlers: BusHandlers, log: Log) {
    this.#handlers = handlers;
    this.#log = log;
  }

  async open(openTransport: OpenTransport): Promise<void> {
    this.#transport = await openTransport({
      heard: (payload) => this.#heard(payload),
      gap: () => this.#handlers.onGap(),
    });
  }

  /** Says that a session has come to a message, or that something else about it has changed. */
  wake(wake: Wake): void {
    const before = this.#wakes.get(wake.sessionId);
    this.#wakes.set(wake.sessionId, {
      sessionId: wake.sessionId,
      seq: Math.max(wake.seq, before?.seq ?? 0),
      changed: wake.changed || (before?.changed ?? false),
    });
    this.#later(gather);
  }

  tell(news: News): void {
    if (this.#news.length < mostNews) this.#news.push(news);
    this.#later(gather);
  }

  /** Sends what waits, with one attempt. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#sending;
    await this.#send();
    await this.#transport?.close();
  }

  #later(milliseconds: number): void {
    if (this.#timer || this.#sending || this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#sending = this.#send().then((done) => {
        this.#sending = undefined;
        if (this.#wakes.size + this.#news.length > 0) this.#later(done ? gather : pause);
      });
    }, milliseconds);
  }

  /** @returns whether all of it is on its way */
  async #send(): Promise<boolean> {
    const [wakes, news] = [this.#wakes, this.#news];
    this.#wakes = new Map();
    this.#news = [];
    const payloads = packWakes(this.origin, wakes.values(), news, this.#transport?.longest ?? 0);
    for (const [at, payload] of payloads.entries()) {
      try {
        await this.#transport?.send(payload);
        this.sent += 1;
      } catch (error) {
        this.#log.debug({ err: error, payloads: payloads.length - at }, 'the bus did not take a payload');
        // Wakes that were sent already are sent again: they say the same. News are stale by then.
        for (const wake of wakes.values()) this.wake(wake);
        return false;
      }
    }
    return true;
  }

  #heard(payload: string): void {
    const { origin, wakes, news } = unpackWakes(payload);
    if (origin === this.origin) return;
    if (wakes.length > 0) this.#handlers.onWake(wakes);
    for (const each of news) this.#handlers.onNews(each);
  }
}
