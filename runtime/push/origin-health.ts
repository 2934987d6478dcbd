// Judges one push service by its answers: whether it refuses the shop, or only some browsers of some people.
//
// Anybody can register subscriptions, so an answer about one of them says little about the rest: five bad ones of one
// customer used to silence push for everybody. Only different owners count, and browsers that took a message before count
// for more than new ones; nothing is for ever, since the next message after a pause finds out again.

/** Whose browser an answer is about. */
export interface Witness {
  /** Several subscriptions of one owner are one witness. */
  readonly owner: string;
  /** Whether this browser's push service has accepted a message of the same VAPID key before. */
  readonly proven: boolean;
}

export interface OriginEvent {
  readonly origin: string;
  readonly state: 'paused' | 'resumed';
  /** Why, for a person; of a pause. */
  readonly why?: string;
  /** Epoch milliseconds at which it is asked again; of a pause. */
  readonly until?: number;
}

export interface HealthLimits {
  /** Owners that must be refused, one after the other and with nothing accepted between them, before it pauses. */
  readonly refusals: { readonly proven: number; readonly any: number };
  /** As many that must be asked to wait. */
  readonly laters: { readonly proven: number; readonly any: number };
  /** Milliseconds of the first pause of a push service that refuses the shop; it doubles. */
  readonly refusalPause: number;
  /** Milliseconds of the first pause where only unproven browsers were asked to wait; it doubles. */
  readonly unprovenPause: number;
  /** Longest pause of a push service, in milliseconds, whatever it asks for. */
  readonly longestPause: number;
  /** Milliseconds for which an accepted message shows that the shop is not refused. */
  readonly trustedFor: number;
  /** Messages in flight after a pause, until one is accepted. */
  readonly probes: number;
}

export const usualLimits: HealthLimits = {
  refusals: { proven: 5, any: 100 },
  laters: { proven: 3, any: 20 },
  refusalPause: 300_000,
  unprovenPause: 10_000,
  longestPause: 900_000,
  trustedFor: 600_000,
  probes: 10,
};

/** Milliseconds until those are tried again that found all probes in flight. */
const probePause = 2_000;

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
  /** Pauses since a message was last accepted. */
  #pauses = 0;
  #inFlight = 0;

  constructor(origin: string, limits: HealthLimits, onEvent: (event: OriginEvent) => void) {
    this.#origin = origin;
    this.#limits = limits;
    this.#onEvent = onEvent;
  }

  /** Why it is paused, or asked cautiously after a pause; undefined while all is well. */
  get why(): string | undefined {
    return this.#why;
  }

  /** When it may be asked, in epoch milliseconds; undefined: now. */
  pausedUntil(now = Date.now()): number | undefined {
    return this.#pausedUntil > now ? this.#pausedUntil : undefined;
  }

  /** Takes a place for one message. @returns when to come back instead, in epoch milliseconds */
  enter(now = Date.now()): number | undefined {
    const paused = this.pausedUntil(now);
    if (paused !== undefined) return paused;
    if (this.#why !== undefined && this.#inFlight >= this.#limits.probes) return now + probePause;
    this.#inFlight += 1;
    return undefined;
  }

  /** Gives the place back. */
  leave(): void {
    this.#inFlight -= 1;
  }

  /** It took a message, or said of one browser that it is gone: it knows the shop. */
  accepted(now = Date.now()): void {
    this.#acceptedAt = now;
    this.#refused.clear();
    this.#waited.clear();
    this.#leastAsked = Number.POSITIVE_INFINITY;
    this.#pauses = 0;
    // An answer to a message from before the pause ends it as well.
    this.#pausedUntil = 0;
    if (this.#why === undefined) return;
    this.#why = undefined;
    this.#onEvent({ origin: this.#origin, state: 'resumed' });
  }

  /** It refused a message: 400, 401 or 403. */
  refused(status: number, witness: Witness, now = Date.now()): void {
    const { refusals, refusalPause, trustedFor } = this.#limits;
    this.#refused.add(witness);
    const any = now - this.#acceptedAt < trustedFor ? Number.POSITIVE_INFINITY : refusals.any;
    if (!this.#refused.reach(refusals.proven, any)) return;
    const why = `it refused ${this.#refused.count} people in a row, the last with ${status}: check the VAPID keys and VAPID_CLAIM_EMAIL`;
    this.#pause(refusalPause * 2 ** this.#pauses, why, now);
  }

  /** It asked to come back later: 429 or 406. @returns when to try this message again, in epoch milliseconds */
  askedToWait(milliseconds: number, witness: Witness, now = Date.now()): number {
    const { laters, unprovenPause, longestPause } = this.#limits;
    const asked = Math.min(milliseconds, longestPause);
    this.#waited.add(witness);
    this.#leastAsked = Math.min(this.#leastAsked, asked);
    if (this.#waited.reach(laters.proven, laters.any)) {
      const proven = this.#waited.provenCount >= laters.proven;
      const bound = proven ? longestPause : unprovenPause * 2 ** this.#pauses;
      this.#pause(Math.min(this.#leastAsked, bound), `it asked ${this.#waited.count} people to wait`, now);
    }
    return Math.max(now + asked, this.pausedUntil(now) ?? 0);
  }

  #pause(milliseconds: number, why: string, now: number): void {
    // What was in flight when it began says nothing new.
    if (this.#pausedUntil > now) return;
    this.#pausedUntil = now + Math.min(milliseconds, this.#limits.longestPause);
    this.#why = why;
    this.#pauses += 1;
    this.#refused.clear();
    this.#waited.clear();
    this.#leastAsked = Number.POSITIVE_INFINITY;
    this.#onEvent({ origin: this.#origin, state: 'paused', why, until: this.#pausedUntil });
  }
}

/** Different owners that were answered alike. */
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
