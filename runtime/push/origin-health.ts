// Judges one push service by its answers: does it refuse the shop, or only some people's browsers?
//
// Anybody can register subscriptions, so an answer about one of them says little about the rest: five bad ones of one
// customer used to silence push for everybody. Only distinct owners count, and browsers that have accepted a message
// before count more than new ones. No verdict is final: the next message after a pause probes again.
import { epochOf } from '../work/clock.ts';

/** Whose browser an answer is about. */
export interface Witness {
  /** All subscriptions of one owner count as one witness. */
  readonly owner: string;
  /** Whether this browser's push service has accepted a message of the same VAPID key before. */
  readonly proven: boolean;
}

export interface OriginEvent {
  readonly origin: string;
  readonly state: 'paused' | 'resumed';
  /** Reason of a pause, for people to read. */
  readonly why?: string;
  /** End of a pause, in epoch milliseconds. */
  readonly until?: number;
}

export interface HealthLimits {
  /** Number of owners that must be refused in a row, with nothing accepted in between, before a pause. */
  readonly refusals: { readonly proven: number; readonly any: number };
  /** Number of owners that must be asked to wait in a row before a pause. */
  readonly laters: { readonly proven: number; readonly any: number };
  /** Milliseconds of the first pause of a push service that refuses the shop; doubles each time. */
  readonly refusalPause: number;
  /** Milliseconds of the first pause when only unproven browsers were asked to wait; doubles each time. */
  readonly unprovenPause: number;
  /** Upper bound of a pause in milliseconds, whatever the push service asks for. */
  readonly maxPause: number;
  /** Milliseconds for which one accepted message proves that the shop is not refused. */
  readonly trustedFor: number;
  /** Messages in flight after a pause, until one is accepted. */
  readonly probes: number;
}

export const usualLimits: HealthLimits = {
  refusals: { proven: 5, any: 100 },
  laters: { proven: 3, any: 20 },
  refusalPause: 300_000,
  unprovenPause: 10_000,
  maxPause: 900_000,
  trustedFor: 600_000,
  probes: 10,
};

/** Milliseconds after which a message is retried that found all probes in flight. */
const probeInterval = 2_000;

export class OriginHealth {
  readonly #origin: string;
  readonly #limits: HealthLimits;
  readonly #onEvent: (event: OriginEvent) => void;
  readonly #refused = new Witnesses();
  readonly #waited = new Witnesses();
  #leastAsked = Number.POSITIVE_INFINITY;
  #acceptedAt = Number.NEGATIVE_INFINITY;
  #pausedUntil = 0;
  #why: string | undefined;
  /** Number of pauses since a message was last accepted. */
  #pauses = 0;
  #inFlight = 0;

  constructor(origin: string, limits: HealthLimits, onEvent: (event: OriginEvent) => void) {
    this.#origin = origin;
    this.#limits = limits;
    this.#onEvent = onEvent;
  }

  /** The reason while it is paused, or probed after a pause; else undefined. */
  get why(): string | undefined {
    return this.#why;
  }

  /** End of the current pause, on the clock of `performance.now()`; undefined when it is not paused. */
  pausedUntil(now = performance.now()): number | undefined {
    return this.#pausedUntil > now ? this.#pausedUntil : undefined;
  }

  /** Takes a slot for one message. @returns undefined, or when to retry if there is no slot */
  enter(now = performance.now()): number | undefined {
    const paused = this.pausedUntil(now);
    if (paused !== undefined) return paused;
    if (this.#why !== undefined && this.#inFlight >= this.#limits.probes) return now + probeInterval;
    this.#inFlight += 1;
    return undefined;
  }

  /** Returns the slot. */
  leave(): void {
    this.#inFlight -= 1;
  }

  /** The push service accepted a message, or reported a browser as gone: it knows the shop. */
  accepted(now = performance.now()): void {
    this.#acceptedAt = now;
    this.#refused.clear();
    this.#waited.clear();
    this.#leastAsked = Number.POSITIVE_INFINITY;
    this.#pauses = 0;
    // An answer to a message sent before the pause ends it, too.
    this.#pausedUntil = 0;
    if (this.#why === undefined) return;
    this.#why = undefined;
    this.#onEvent({ origin: this.#origin, state: 'resumed' });
  }

  /** The push service refused a message: 400, 401 or 403. */
  refused(status: number, witness: Witness, now = performance.now()): void {
    const { refusals, refusalPause, trustedFor } = this.#limits;
    this.#refused.add(witness);
    const any = now - this.#acceptedAt < trustedFor ? Number.POSITIVE_INFINITY : refusals.any;
    if (!this.#refused.reach(refusals.proven, any)) return;
    const why = `it refused ${this.#refused.count} people in a row, the last with ${status}: check the VAPID keys and VAPID_CLAIM_EMAIL`;
    this.#pause(refusalPause * 2 ** this.#pauses, why, now);
  }

  /** The push service asked to wait: 429 or 406. @returns when to retry this message */
  askedToWait(milliseconds: number, witness: Witness, now = performance.now()): number {
    const { laters, unprovenPause, maxPause } = this.#limits;
    const asked = Math.min(milliseconds, maxPause);
    this.#waited.add(witness);
    this.#leastAsked = Math.min(this.#leastAsked, asked);
    if (this.#waited.reach(laters.proven, laters.any)) {
      const proven = this.#waited.provenCount >= laters.proven;
      const bound = proven ? maxPause : unprovenPause * 2 ** this.#pauses;
      this.#pause(Math.min(this.#leastAsked, bound), `it asked ${this.#waited.count} people to wait`, now);
    }
    return Math.max(now + asked, this.pausedUntil(now) ?? 0);
  }

  #pause(milliseconds: number, why: string, now: number): void {
    // Answers to messages in flight when the pause began tell nothing new.
    if (this.#pausedUntil > now) return;
    this.#pausedUntil = now + Math.min(milliseconds, this.#limits.maxPause);
    this.#why = why;
    this.#pauses += 1;
    this.#refused.clear();
    this.#waited.clear();
    this.#leastAsked = Number.POSITIVE_INFINITY;
    this.#onEvent({ origin: this.#origin, state: 'paused', why, until: epochOf(this.#pausedUntil) });
  }
}

/** Distinct owners that got the same kind of answer. */
class Witnesses {
  readonly #all = new Set<string>();
  readonly #proven = new Set<string>();

  get count(): number {
    return this.#all.size;
  }

  get provenCount(): number {
    return this.#proven.size;
  }

  add({ owner, proven }: Witness): void {
    this.#all.add(owner);
    if (proven) this.#proven.add(owner);
  }

  reach(proven: number, any: number): boolean {
    return this.#proven.size >= proven || this.#all.size >= any;
  }

  clear(): void {
    this.#all.clear();
    this.#proven.clear();
  }
}
