// Sends messages to browsers through their push services: message → outcome. A push service that asks different people to
// wait is paused as long as it asks; one that refuses the shop itself is retried after minutes.
import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { CoutureError } from '../core/errors.ts';
import { lateMessage } from '../outbound/deadline.ts';
import type { Reply } from '../outbound/reply.ts';
import { Transport } from '../outbound/transport.ts';
import { epochOf } from '../work/clock.ts';
import { Encrypter } from './encrypter.ts';
import { type Endpoint, type PushNetwork, requireAddress, requireEndpoint } from './endpoint-guard.ts';
import {
  type HealthLimits,
  type OriginEvent,
  OriginHealth,
  usualLimits,
  type Witness,
} from './origin-health.ts';
import { VapidHeaders } from './vapid-headers.ts';
import type { VapidKeys } from './vapid-keys.ts';

export interface Target {
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
  readonly keyId: string;
  /** The owner of the browser; when unknown, the endpoint stands in for it. */
  readonly owner?: string | null | undefined;
  /** Whether its push service has accepted a message of the same key before. */
  readonly proven?: boolean | undefined;
}

export const urgencies = ['very-low', 'low', 'normal', 'high'] as const;

export interface SendSettings {
  /** Seconds for which the push service keeps the message for an offline browser. */
  readonly ttl: number;
  readonly urgency: (typeof urgencies)[number];
  /** Replaces a message with the same topic that still waits at the push service (RFC 8030, 5.4). */
  readonly topic?: string | undefined;
}

/**
 * The outcome of a message. `accepted`: by the push service, which does not mean that a browser has shown it. `gone`: the
 * subscription no longer exists. `later`: deferred until `at`. `failed`: this message was rejected, or this shop was.
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
  /** Maximum of connections to one push service, and with it of messages in flight. */
  readonly concurrency: number;
  /** Milliseconds per attempt. */
  readonly deadline?: number;
  /** Milliseconds before the first retry after a failure of the network or the push service; doubles each time. */
  readonly retryPause?: number;
  /** Called when a push service is paused, and when it accepts messages again. */
  readonly onOrigin?: (event: OriginEvent) => void;
  readonly limits?: Partial<HealthLimits>;
  /** Stops retries: a message that would be retried ends as `later`. */
  readonly signal?: AbortSignal;
}

/** Retries after a failure of the network or the push service. */
const maxRetries = 3;
/** A silent push service blocks a connection until the deadline, so a timeout is retried only once. */
const maxTimeoutRetries = 1;
/** Seconds to wait without a Retry-After header. */
const defaultWait = 60;
/** Upper bound of Retry-After, in seconds. */
const maxWait = 900;

export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #headers: VapidHeaders;
  readonly #encrypter = new Encrypter();
  readonly #transport: Transport<Endpoint>;
  readonly #origins = new Map<string, OriginHealth>();
  readonly #limits: HealthLimits;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    // Every message that waits for a retry listens.
    if (options.signal) setMaxListeners(0, options.signal);
    this.#limits = { ...usualLimits, ...options.limits };
    this.#headers = new VapidHeaders(options.keys.contact);
    const { network } = options;
    const addressOf = (endpoint: Endpoint) => requireAddress(endpoint, network);
    this.#transport = new Transport(
      { addressOf, ca: network.ca },
      {
        sockets: options.concurrency,
        http2: network.http2 ?? true,
        ...(options.deadline === undefined ? {} : { within: options.deadline }),
      },
    );
  }

  /** Push services that are paused, or have not accepted a message since their pause → the reason. */
  get paused(): ReadonlyMap<string, string> {
    return new Map(
      [...this.#origins].flatMap(([origin, { why }]) => (why === undefined ? [] : [[origin, why] as const])),
    );
  }

  /** Sends a message to one browser. Never throws: failures are outcomes. */
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
    // Don't encrypt a message for a paused push service.
    const at = origin.pausedUntil();
    if (at !== undefined) return { state: 'later', at: epochOf(at), attempts: 0 };
    let body: Buffer;
    try {
      body = await this.#encrypter.encrypt(target, payload);
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
      // The push service may have been paused while this message waited for its retry.
      const at = origin.enter();
      if (at !== undefined) return { state: 'later', at: epochOf(at), attempts: attempt - 1 };
      const result = await post().finally(() => origin.leave());
      const outcome =
        result instanceof Error ? ofError(result, attempt) : ofReply(origin, witness, result, attempt);
      if (outcome.state !== 'failed' || !retried.has(outcome.reason)) return outcome;
      if (signal?.aborted) return { state: 'later', at: Date.now(), attempts: attempt };
      const pause = this.#pauseAfter(attempt);
      const max = outcome.reason === 'timeout' ? maxTimeoutRetries : maxRetries;
      if (attempt > max || performance.now() + pause > until) return outcome;
      await delay(pause, undefined, signal && { signal }).catch(() => {});
    }
  }

  close(): void {
    this.#encrypter.close();
    this.#transport.close();
  }

  async #post(endpoint: Endpoint, headers: Record<string, string>, body: Buffer): Promise<Reply | Error> {
    try {
      return await this.#transport.post(endpoint, headers, body);
    } catch (error) {
      return error as Error;
    }
  }

  /** Milliseconds of exponential backoff with jitter. */
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
      return { state: 'later', at: epochOf(at), status, attempts };
    }
    case 400:
    case 401:
    case 403: {
      origin.refused(status, witness);
      const at = origin.pausedUntil();
      // The push service accepted messages for this browser before, so the fault is the shop's: keep the message until
      // the pause ends.
      if (witness.proven && at !== undefined) return { state: 'later', at: epochOf(at), status, attempts };
      return { state: 'failed', reason: 'unauthorized', status, attempts };
    }
    case 413:
      return { state: 'failed', reason: 'too_large', status, attempts };
  }
  if (status >= 500) return { state: 'failed', reason: 'server_error', status, attempts };
  // Redirects are never followed.
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

/** Seconds to wait for a Retry-After header, given in seconds or as a date (RFC 9110, 10.2.3); 900 at most. */
export function secondsOf(retryAfter: string | undefined, now = Date.now()): number {
  if (retryAfter === undefined) return defaultWait;
  const seconds = /^\s*\d{1,9}\s*$/.test(retryAfter)
    ? Number(retryAfter)
    : (Date.parse(retryAfter) - now) / 1_000;
  return Number.isNaN(seconds) ? defaultWait : Math.min(maxWait, Math.max(0, seconds));
}
