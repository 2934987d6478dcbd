// Sends messages to browsers by their push services, and says what became of each. A push service that asks for a pause
// gets it; one that refuses the shop itself is not asked on and on.
import { setTimeout as delay } from 'node:timers/promises';
import { CoutureError } from '../core/errors.ts';
import { encryptFor, VapidHeaders } from './encryption.ts';
import { type Endpoint, type PushNetwork, requireEndpoint } from './endpoint-guard.ts';
import { lateMessage, type Reply, Transport } from './transport.ts';
import type { VapidKeys } from './vapid-keys.ts';

export interface Target {
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
  readonly keyId: string;
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
  | 'origin_stopped'
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
}

/** Attempts beside the first after a failure of the network or of the push service. */
const mostRetries = 3;
/** Refusals of the shop itself in a row after which an origin is not asked any more. */
const refusalsBeforeStop = 5;
/** Seconds of a pause where none is said, and at most. */
const usualPause = 60;
const longestPause = 86_400;

interface Origin {
  pausedUntil: number;
  refusals: number;
  /** Why nothing more is sent there. */
  stopped: string | undefined;
}

export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #headers: VapidHeaders;
  readonly #transport: Transport;
  readonly #origins = new Map<string, Origin>();

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#headers = new VapidHeaders(options.keys.contact);
    this.#transport = new Transport(options.network, {
      sockets: options.concurrency,
      ...(options.deadline === undefined ? {} : { within: options.deadline }),
    });
  }

  /** Origins to which nothing more is sent, and why. */
  get stopped(): ReadonlyMap<string, string> {
    const stopped = [...this.#origins].flatMap(([origin, { stopped: why }]) =>
      why ? [[origin, why] as const] : [],
    );
    return new Map(stopped);
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
    const unasked = refusal(origin, 0);
    if (unasked) return unasked;
    let body: Buffer;
    try {
      body = encryptFor(target, payload);
    } catch {
      return { state: 'failed', reason: 'bad_keys', attempts: 0 };
    }
    const until = performance.now() + settings.ttl * 1_000;
    for (let attempt = 1; ; attempt++) {
      // It may have said so while this one waited for its next attempt.
      const refused = refusal(origin, attempt - 1);
      if (refused) return refused;
      const headers = {
        Authorization: this.#headers.of(name, pair),
        'Content-Type': 'application/octet-stream',
        'Content-Encoding': 'aes128gcm',
        TTL: String(settings.ttl),
        Urgency: settings.urgency,
        ...(settings.topic ? { Topic: settings.topic } : {}),
      };
      const result = await this.#post(endpoint, headers, body);
      const outcome =
        result instanceof Error ? ofError(result, attempt) : this.#ofReply(origin, result, attempt);
      const again = outcome.state === 'failed' && retried.has(outcome.reason);
      const pause = this.#pauseAfter(attempt);
      if (!again || attempt > mostRetries || performance.now() + pause > until) return outcome;
      await delay(pause);
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

  #ofReply(origin: Origin, { status, retryAfter }: Reply, attempts: number): Outcome {
    if (status >= 200 && status < 300) {
      origin.refusals = 0;
      return { state: 'accepted', status, attempts };
    }
    switch (status) {
      case 404:
      case 410:
        origin.refusals = 0;
        return { state: 'gone', status, attempts };
      case 406:
      case 429: {
        const at = Date.now() + secondsOf(retryAfter) * 1_000;
        origin.pausedUntil = Math.max(origin.pausedUntil, at);
        return { state: 'later', at, status, attempts };
      }
      case 400:
      case 401:
      case 403:
        origin.refusals += 1;
        if (origin.refusals >= refusalsBeforeStop)
          origin.stopped = `it answered ${status} ${refusalsBeforeStop} times in a row: look at the VAPID keys and VAPID_CLAIM_EMAIL`;
        return { state: 'failed', reason: 'unauthorized', status, attempts };
      case 413:
        return { state: 'failed', reason: 'too_large', status, attempts };
    }
    if (status >= 500) return { state: 'failed', reason: 'server_error', status, attempts };
    // Nobody is followed anywhere.
    const reason = status >= 300 && status < 400 ? 'redirect' : 'unexpected';
    return { state: 'failed', reason, status, attempts };
  }

  /** Milliseconds, longer each time, and never the same for all. */
  #pauseAfter(attempt: number): number {
    const { retryPause = 500 } = this.#options;
    return retryPause * 2 ** (attempt - 1) * (0.5 + Math.random());
  }

  #origin(name: string): Origin {
    let origin = this.#origins.get(name);
    if (!origin) {
      origin = { pausedUntil: 0, refusals: 0, stopped: undefined };
      this.#origins.set(name, origin);
    }
    return origin;
  }
}

/** Why nothing is sent to an origin now. */
function refusal({ stopped, pausedUntil }: Origin, attempts: number): Outcome | undefined {
  if (stopped) return { state: 'failed', reason: 'origin_stopped', attempts };
  return pausedUntil > Date.now() ? { state: 'later', at: pausedUntil, attempts } : undefined;
}

const retried: ReadonlySet<FailReason> = new Set(['server_error', 'network', 'timeout']);

function ofError(error: Error, attempts: number): Outcome {
  if (error instanceof CoutureError && error.code === 'endpoint_refused')
    return { state: 'failed', reason: 'refused_endpoint', attempts };
  const reason = error.message === lateMessage ? 'timeout' : 'network';
  return { state: 'failed', reason, attempts };
}

/** Retry-After in seconds or as a date (RFC 9110, 10.2.3); kept to exactly, within a day. */
export function secondsOf(retryAfter: string | undefined, now = Date.now()): number {
  if (retryAfter === undefined) return usualPause;
  const seconds = /^\s*\d{1,9}\s*$/.test(retryAfter)
    ? Number(retryAfter)
    : (Date.parse(retryAfter) - now) / 1_000;
  return Number.isNaN(seconds) ? usualPause : Math.min(longestPause, Math.max(0, seconds));
}
