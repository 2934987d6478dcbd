// Sends messages to browsers by their push services, and says what became of each. A push service that asks everybody for a
// pause gets it; one that refuses the shop itself is asked again after minutes.
import { setTimeout as delay } from 'node:timers/promises';
import { CoutureError } from '../core/errors.ts';
import { encryptFor, VapidHeaders } from './encryption.ts';
import { type Endpoint, type PushNetwork, requireEndpoint } from './endpoint-guard.ts';
import {
  type HealthLimits,
  type OriginEvent,
  OriginHealth,
  usualLimits,
  type Witness,
} from './origin-health.ts';
import { lateMessage, type Reply, Transport } from './transport.ts';
import type { VapidKeys } from './vapid-keys.ts';

export interface Target {
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
  readonly keyId: string;
  /** Whose browser it is; its endpoint where nobody is known. */
  readonly owner?: string | null | undefined;
  /** Whether its push service has accepted a message of the same key before. */
  readonly proven?: boolean | undefined;
}

export const urgencies = ['very-low', 'low', 'normal', 'high'] as const;

export interface SendSettings {
  /** Seconds for which the push service keeps it for a browser that is away. */
  readonly ttl: number;
  readonly urgency: (typeof urgencies)[number];
  /** A message of the same topic that still waits at the push service is replaced (RFC 8030, 5.4). */
  readonly topic?: string | undefined;
}

/**
 * What became of a message. `accepted` is the push service's word, not the browser's. `gone`: there is no such browser
 * any more. `later`: not before `at`. `failed`: not this message, or not by this shop.
 */
export type Outcome =
  | { readonly state: 'accepted' | 'gone'; readonly status: number; readonly attempts: number }
  | {
      readonly state: 'failed';
      readonly reason: FailReason;
      readonly status?: number;
      readonly attempts: number;
    }
  | { readonly state: 'later'; readonly at: number; readonly status?: number; readonly attempts: number };

export type FailReason =
  | 'refused_endpoint'
  | 'bad_keys'
  | 'unknown_key'
  | 'unauthorized'
  | 'too_large'
  | 'redirect'
  | 'server_error'
  | 'network'
  | 'timeout'
  | 'unexpected';

export interface DeliveryOptions {
  readonly keys: VapidKeys;
  readonly network: PushNetwork;
  /** Messages under way to one push service at once. */
  readonly concurrency: number;
  /** Milliseconds for one attempt. */
  readonly deadline?: number;
  /** Milliseconds of the first pause after a failure of theirs; it doubles. */
  readonly retryPause?: number;
  /** Hears of push services that are paused, and of those that take messages again. */
  readonly onOrigin?: (event: OriginEvent) => void;
  readonly limits?: Partial<HealthLimits>;
  /** Ends retries: a message that would be tried again is for later instead. */
  readonly signal?: AbortSignal;
}

/** Attempts beside the first after a failure of the network or of the push service. */
const mostRetries = 3;
/** Silence is paid for with a connection, so it is tried again once only. */
const mostSilentRetries = 1;
/** Seconds of a pause where none is said, and at most. */
const usualPause = 60;
const longestPause = 900;

export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #headers: VapidHeaders;
  readonly #transport: Transport;
  readonly #origins = new Map<string, OriginHealth>();
  readonly #limits: HealthLimits;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#limits = { ...usualLimits, ...options.limits };
    this.#headers = new VapidHeaders(options.keys.contact);
    this.#transport = new Transport(options.network, {
      sockets: options.concurrency,
      ...(options.deadline === undefined ? {} : { within: options.deadline }),
    });
  }

  /** Push services that are paused or not trusted yet after a pause, and why. */
  get paused(): ReadonlyMap<string, string> {
    return new Map(
      [...this.#origins].flatMap(([origin, { why }]) => (why === undefined ? [] : [[origin, why] as const])),
    );
  }

  /** Sends a message to one browser. Never throws. */
  async send(target: Target, payload: string, settings: SendSettings): Promise<Outcome> {
    let endpoint: Endpoint;
    try {
      endpoint = requireEndpoint(target.endpoint, this.#options.network);
    } catch {
      return { state: 'failed', reason: 'refused_endpoint', attempts: 0 };
    }
    const pair = this.#options.keys.pairs.find(({ id }) => id === target.keyId);
    if (!pair) return { state: 'failed', reason: 'unknown_key', attempts: 0 };
    const { origin: name } = endpoint.url;
    const origin = this.#origin(name);
    // Not worth an encryption.
    const at = origin.pausedUntil();
    if (at !== undefined) return { state: 'later', at, attempts: 0 };
    let body: Buffer;
    try {
      body = encryptFor(target, payload);
    } catch {
      return { state: 'failed', reason: 'bad_keys', attempts: 0 };
    }
    const headers = () => ({
      Authorization: this.#headers.of(name, pair),
      'Content-Type': 'application/octet-stream',
      'Content-Encoding': 'aes128gcm',
      TTL: String(settings.ttl),
      Urgency: settings.urgency,
      ...(settings.topic ? { Topic: settings.topic } : {}),
    });
    const witness = { owner: target.owner ?? target.endpoint, proven: target.proven ?? false };
    return this.#attempts(origin, witness, settings.ttl, () => this.#post(endpoint, headers(), body));
  }

  async #attempts(
    origin: OriginHealth,
    witness: Witness,
    ttl: number,
    post: () => Promise<Reply | Error>,
  ): Promise<Outcome> {
    const { signal } = this.#options;
    const until = performance.now() + ttl * 1_000;
    for (let attempt = 1; ; attempt++) {
      // It may have been paused while this one waited for its next attempt.
      const at = origin.enter();
      if (at !== undefined) return { state: 'later', at, attempts: attempt - 1 };
      const result = await post().finally(() => origin.leave());
      const outcome =
        result instanceof Error ? ofError(result, attempt) : ofReply(origin, witness, result, attempt);
      if (outcome.state !== 'failed' || !retried.has(outcome.reason)) return outcome;
      if (signal?.aborted) return { state: 'later', at: Date.now(), attempts: attempt };
      const pause = this.#pauseAfter(attempt);
      const most = outcome.reason === 'timeout' ? mostSilentRetries : mostRetries;
      if (attempt > most || performance.now() + pause > until) return outcome;
      await delay(pause, undefined, signal && { signal }).catch(() => {});
    }
  }

  close(): void {
    this.#transport.close();
  }

  async #post(endpoint: Endpoint, headers: Record<string, string>, body: Buffer): Promise<Reply | Error> {
    try {
      return await this.#transport.post(endpoint, headers, body);
    } catch (error) {
      return error as Error;
    }
  }

  /** Milliseconds, longer each time, and never the same for all. */
  #pauseAfter(attempt: number): number {
    const { retryPause = 500 } = this.#options;
    return retryPause * 2 ** (attempt - 1) * (0.5 + Math.random());
  }

  #origin(name: string): OriginHealth {
    let origin = this.#origins.get(name);
    if (!origin) {
      origin = new OriginHealth(name, this.#limits, (event) => this.#options.onOrigin?.(event));
      this.#origins.set(name, origin);
    }
    return origin;
  }
}

function ofReply(
  origin: OriginHealth,
  witness: Witness,
  { status, retryAfter }: Reply,
  attempts: number,
): Outcome {
  if (status >= 200 && status < 300) {
    origin.accepted();
    return { state: 'accepted', status, attempts };
  }
  switch (status) {
    case 404:
    case 410:
      origin.accepted();
      return { state: 'gone', status, attempts };
    case 406:
    case 429: {
      const at = origin.askedToWait(secondsOf(retryAfter) * 1_000, witness);
      return { state: 'later', at, status, attempts };
    }
    case 400:
    case 401:
    case 403: {
      origin.refused(status, witness);
      const at = origin.pausedUntil();
      // It took this browser's messages before: the fault is the shop's, and is mended before the next try.
      if (witness.proven && at !== undefined) return { state: 'later', at, status, attempts };
      return { state: 'failed', reason: 'unauthorized', status, attempts };
    }
    case 413:
      return { state: 'failed', reason: 'too_large', status, attempts };
  }
  if (status >= 500) return { state: 'failed', reason: 'server_error', status, attempts };
  // Nobody is followed anywhere.
  const reason = status >= 300 && status < 400 ? 'redirect' : 'unexpected';
  return { state: 'failed', reason, status, attempts };
}

const retried: ReadonlySet<FailReason> = new Set(['server_error', 'network', 'timeout']);

function ofError(error: Error, attempts: number): Outcome {
  if (error instanceof CoutureError && error.code === 'endpoint_refused')
    return { state: 'failed', reason: 'refused_endpoint', attempts };
  const reason = error.message === lateMessage ? 'timeout' : 'network';
  return { state: 'failed', reason, attempts };
}

/** Retry-After in seconds or as a date (RFC 9110, 10.2.3); kept to exactly, within a quarter of an hour. */
export function secondsOf(retryAfter: string | undefined, now = Date.now()): number {
  if (retryAfter === undefined) return usualPause;
  const seconds = /^\s*\d{1,9}\s*$/.test(retryAfter)
    ? Number(retryAfter)
    : (Date.parse(retryAfter) - now) / 1_000;
  return Number.isNaN(seconds) ? usualPause : Math.min(longestPause, Math.max(0, seconds));
}
