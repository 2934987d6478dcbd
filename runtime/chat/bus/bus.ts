// The bus between processes: invalidations ("session X has messages up to seq N") and presence events that are stored
// nowhere (typing, who is viewing). Batched for a few milliseconds; sweeps find whatever the transport loses.
import { randomBytes } from 'node:crypto';
import type { Log } from '../../core/log.ts';
import { Batcher } from '../../work/batcher.ts';
import { type Invalidation, type PresenceEvent, packPayloads, unpackPayload } from './bus-payload.ts';

export interface BusHandlers {
  readonly onInvalidations: (invalidations: readonly Invalidation[]) => void;
  readonly onPresence: (event: PresenceEvent) => void;
  /** Payloads may have been lost: compare with the database. */
  readonly onGap: () => void;
}

/** Carries payloads to all other processes: LISTEN/NOTIFY or Redis. It delivers to a `BusInbox`. */
export interface Transport {
  /** Maximum size of a payload in bytes. */
  readonly maxPayload: number;
  send(payload: string): Promise<void>;
  close(): Promise<void>;
}

/** What a transport calls. */
export interface BusInbox {
  received(payload: string): void;
  gap(): void;
}

export type OpenTransport = (inbox: BusInbox) => Promise<Transport>;

/** Milliseconds for which invalidations and events are batched. */
const batchDelay = 4;
/** Milliseconds before a failed send is retried. */
const retryDelay = 250;
/** Presence events that may be queued; more are dropped, since they are stale soon anyway. */
const maxEvents = 2_000;

export class Bus {
  /** Identifies this process, so that it ignores its own payloads. */
  readonly origin = randomBytes(6).toString('base64url');
  readonly #log: Log;
  #transport: Transport | undefined;
  #invalidations = new Map<string, Invalidation>();
  #events: PresenceEvent[] = [];
  readonly #batcher = new Batcher({
    delay: batchDelay,
    retryDelay,
    pending: () => this.#invalidations.size + this.#events.length > 0,
    flush: () => this.#send(),
  });
  sent = 0;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Connects to the other processes. What was published before that is lost. */
  async open(openTransport: OpenTransport, handlers: BusHandlers): Promise<void> {
    this.#transport = await openTransport({
      received: (payload) => this.#receive(payload, handlers),
      gap: () => handlers.onGap(),
    });
  }

  /** Publishes that a session has a new message, or that something else about it has changed. */
  invalidate(invalidation: Invalidation): void {
    const before = this.#invalidations.get(invalidation.sessionId);
    this.#invalidations.set(invalidation.sessionId, {
      sessionId: invalidation.sessionId,
      seq: Math.max(invalidation.seq, before?.seq ?? 0),
      changed: invalidation.changed || (before?.changed ?? false),
    });
    this.#batcher.schedule();
  }

  publish(event: PresenceEvent): void {
    if (this.#events.length < maxEvents) this.#events.push(event);
    this.#batcher.schedule();
  }

  /** Sends what is queued, without retries, and closes the transport. */
  async close(): Promise<void> {
    await this.#batcher.close();
    await this.#transport?.close();
  }

  async #send(): Promise<void> {
    const [invalidations, events] = [this.#invalidations, this.#events];
    this.#invalidations = new Map();
    this.#events = [];
    const maxPayload = this.#transport?.maxPayload ?? 0;
    const payloads = packPayloads(this.origin, invalidations.values(), events, maxPayload);
    for (const [at, payload] of payloads.entries()) {
      try {
        await this.#transport?.send(payload);
        this.sent += 1;
      } catch (error) {
        this.#log.debug({ err: error, payloads: payloads.length - at }, 'chat bus failed to send');
        // Resend all invalidations: they are idempotent. Events are dropped: they would be stale.
        for (const invalidation of invalidations.values()) this.invalidate(invalidation);
        throw error;
      }
    }
  }

  #receive(payload: string, { onInvalidations, onPresence }: BusHandlers): void {
    const { origin, invalidations, events } = unpackPayload(payload);
    if (origin === this.origin) return;
    if (invalidations.length > 0) onInvalidations(invalidations);
    for (const event of events) onPresence(event);
  }
}
