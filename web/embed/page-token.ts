// The token of the customer on a page that embeds the widgets: given by the page, renewed by its callback, kept in memory only.
import type { ApiError } from '../api/api-error.ts';
import { timeLimit } from '../api/time-limit.ts';
import type { TokenSource } from '../api/token-source.ts';
import { urlOf } from '../api/url-of.ts';
import { sinceNoted } from '../state/device-clock.ts';
import { Store } from '../state/store.ts';

/** Returns a new token, or null if nobody is signed in. */
export type RenewToken = () => Promise<string | null | undefined> | string | null | undefined;

/** A token is renewed this long before it expires, in milliseconds, or in the last quarter of a short life. */
const margin = 30_000;
/** Milliseconds after which requests no longer wait for the page's callback. */
const patience = 10_000;
/** Milliseconds for which a callback that failed is not called again. */
const pause = 5_000;

export class PageToken extends Store implements TokenSource {
  person = 0;
  /** Called when the page says who is signed in, or that nobody is; with the token of the former customer of this page. */
  onPerson: ((former: string | undefined) => void) | undefined;
  #onExpired: RenewToken | undefined;
  readonly #trusted: Set<string>;
  #token: string | undefined;
  /** When to renew the token; never, if this device's clock says it expired before it came. */
  #renewAt = Number.POSITIVE_INFINITY;
  #renewing: Promise<string | undefined> | undefined;
  #askedAt = Number.NEGATIVE_INFINITY;
  /** Whether the page has said that nobody is signed in. */
  #nobody = false;

  /** @param trusted origins that may get the token, whatever the `api` of an element in the page's HTML says */
  constructor(trusted: readonly string[]) {
    super();
    this.#trusted = new Set(trusted);
  }

  get onExpired(): RenewToken | undefined {
    return this.#onExpired;
  }

  /** Called when there is no token yet, before the token expires, and when the runtime refuses it. */
  set onExpired(renew: RenewToken | undefined) {
    this.#onExpired = renew;
    if (!renew || this.#token !== undefined) return;
    this.#nobody = false;
    this.person += 1;
    this.changed();
  }

  /** Whether the page has said that nobody is signed in. */
  get isNobody(): boolean {
    return this.#nobody;
  }

  trust(api: string): void {
    this.#trusted.add(originOf(api));
  }

  /** @throws TypeError for anything but a JWT or null: a template that was not filled in must not pass for a sign-out */
  set(token: string | null, api?: string): void {
    if (token !== null && !isToken(token))
      throw new TypeError('couture: expected a JWT (three parts joined by dots), or null to sign out');
    if (api) this.trust(api);
    this.#nobody = token === null;
    this.#take(token ?? undefined);
  }

  async current(base: string): Promise<string | undefined> {
    if (!this.#trusted.has(originOf(base))) return undefined;
    const due = this.#token === undefined ? !this.#nobody : Date.now() >= this.#renewAt;
    return due && this.onExpired ? this.#renewed() : this.#token;
  }

  async renew(base: string, refused: string | undefined, why: ApiError): Promise<string | undefined> {
    if (!this.#trusted.has(originOf(base))) return undefined;
    if (this.#token !== refused) return this.#token;
    if (this.onExpired && !this.#nobody) {
      const token = await this.#renewed();
      if (token !== refused) return token;
    }
    if (this.#token === undefined || this.#token !== refused || why.code !== 'token_invalid')
      return undefined;
    console.warn(`couture: ${why.message}. ${why.problem.hint ?? ''}`);
    this.#take(undefined);
    return undefined;
  }

  /** One call of the page's callback at a time. */
  #renewed(): Promise<string | undefined> {
    if (sinceNoted(this.#askedAt) < pause && !this.#renewing) return Promise.resolve(this.#token);
    this.#renewing ??= this.#ask().finally(() => (this.#renewing = undefined));
    return this.#renewing;
  }

  async #ask(): Promise<string | undefined> {
    const { person } = this;
    const before = this.#token;
    const limit = timeLimit(patience);
    try {
      const late = new Promise<never>((_, reject) =>
        limit.signal.addEventListener('abort', () => reject(limit.signal.reason)),
      );
      const given = await Promise.race([this.onExpired!(), late]);
      // The page has signed somebody in or out meanwhile.
      if (this.person !== person || this.#token !== before) return this.#token;
      if (given && !isToken(given)) throw new TypeError('expected a JWT or null');
      this.#nobody = !given;
      this.#take(given || undefined);
    } catch (error) {
      this.#askedAt = Date.now();
      console.warn('couture: onTokenExpired failed', error);
    } finally {
      limit.end();
    }
    return this.#token;
  }

  #take(token: string | undefined): void {
    const former = this.#token;
    const other = whoOf(token) !== whoOf(former);
    this.#keep(token, other);
    // A token that was dropped because it is invalid says nothing about who is signed in.
    if (this.#nobody || (other && token !== undefined)) this.onPerson?.(former);
  }

  #keep(token: string | undefined, other: boolean): void {
    if (token === this.#token) return;
    this.#token = token;
    this.#renewAt = renewalOf(token);
    if (!other) return;
    this.person += 1;
    this.changed();
  }
}

function isToken(value: unknown): value is string {
  return typeof value === 'string' && /^[\w-]+\.[\w-]+\.[\w-]+$/.test(value);
}

function originOf(base: string): string {
  return urlOf(base, location.href)?.origin ?? base;
}

function payloadOf(token: string | undefined): Record<string, unknown> {
  try {
    const text = atob(token!.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/'));
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** What stays the same when a token is renewed. */
function whoOf(token: string | undefined): string {
  if (token === undefined) return '';
  const { exp: _, iat: _1, nbf: _2, jti: _3, ...who } = payloadOf(token);
  return JSON.stringify(who);
}

function renewalOf(token: string | undefined): number {
  const { exp, iat } = payloadOf(token);
  if (typeof exp !== 'number') return Number.POSITIVE_INFINITY;
  const life = typeof iat === 'number' ? (exp - iat) * 1_000 : Number.POSITIVE_INFINITY;
  const at = exp * 1_000 - Math.min(margin, life / 4);
  return at > Date.now() ? at : Number.POSITIVE_INFINITY;
}
