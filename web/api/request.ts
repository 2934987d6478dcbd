// Sends one request to the runtime: time limit, failures as ApiError or OfflineError, body as JSON.
import { toJson } from '../state/json.ts';
import { learnServerTime } from '../state/server-clock.ts';
import { ApiError, OfflineError } from './api-error.ts';
import { below } from './own-base.ts';
import { timeLimit } from './time-limit.ts';
import { tokenSource } from './token-source.ts';

/** Milliseconds after which a request counts as unanswered. */
const defaultTimeout = 15_000;

export interface RequestOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a Blob is sent unchanged. */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** Time limit in milliseconds; uploads need more than the default of 15,000. */
  readonly within?: number;
  /** Sends no cookies and no token. */
  readonly anonymous?: boolean;
  /** Called with whether the network answered; an answer from the worker's cache does not count. */
  readonly onReach?: ((reached: boolean) => void) | undefined;
}

export interface Answered<T> {
  readonly body: T;
  readonly status: number;
  readonly headers: Headers;
}

/**
 * Sends the customer's token where the page has one, and once more with a new one if it was refused.
 * @param base origin of the runtime; '' is the page's own
 * @throws ApiError if the answer is not 2xx, OfflineError if there is none, the signal's reason if the caller aborts
 */
export async function request<T>(
  base: string,
  path: string,
  options: RequestOptions = {},
): Promise<Answered<T>> {
  const source = options.anonymous ? undefined : tokenSource();
  const token = await source?.current(base);
  try {
    return await send(base, path, options, token);
  } catch (error) {
    if (!source || !(error instanceof ApiError) || error.status !== 401) throw error;
    const next = await source.renew(base, token, error);
    // A refused request had no effect, so it may be repeated. Reading works without a customer, too.
    if (next !== undefined && next !== token) return send(base, path, options, next);
    const reads = (options.method ?? 'GET') === 'GET';
    if (token !== undefined && next === undefined && reads) return send(base, path, options, undefined);
    throw error;
  }
}

async function send<T>(
  base: string,
  path: string,
  options: RequestOptions,
  token: string | undefined,
): Promise<Answered<T>> {
  const { method = 'GET', signal, within = defaultTimeout, onReach, anonymous = false } = options;
  // Prepared outside the `try`: an error of our own, such as a body that JSON cannot hold, is no missing network.
  const content = contentOf(options, token);
  const limit = timeLimit(within, signal);
  const asked = Date.now();
  let response: Response;
  let text: string;
  try {
    response = await fetch(below(base, path), {
      method,
      ...content,
      // Requests to another origin carry no cookies: a shopper's rights never travel to other sites' pages.
      credentials: anonymous || isElsewhere(base) ? 'omit' : 'same-origin',
      signal: limit.signal,
    });
    learnServerTime(response.headers, asked);
    text = await response.text();
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    onReach?.(false);
    throw new OfflineError(error);
  } finally {
    limit.end();
  }
  const body = parsed(text);
  // The sign-in page of a public Wi-Fi, or a proxy's notice: somebody else has answered, and in words of their own.
  const isForeign = response.ok && body === undefined && text.trim() !== '';
  onReach?.(!isForeign && !response.headers.has('X-Couture-Kept'));
  if (isForeign) throw new OfflineError(`${response.status} without JSON`);
  if (!response.ok) throw new ApiError(response.status, isObject(body) ? body : {});
  return { body: body as T, status: response.status, headers: response.headers };
}

/** Whether the runtime has another origin than this page. A path of the page's own host is not elsewhere. */
export function isElsewhere(base: string): boolean {
  const { location } = globalThis as { location?: Location };
  return base !== '' && new URL(base, location?.href).origin !== location?.origin;
}

function contentOf({ headers: given = {}, body }: RequestOptions, token: string | undefined): RequestInit {
  const headers = { ...given, ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }) };
  if (body === undefined) return { headers };
  if (body instanceof Blob) return { headers, body };
  return { headers: { 'Content-Type': 'application/json', ...headers }, body: toJson(body) };
}

/** Undefined where the text is not JSON: an empty answer, or the page of a proxy, of which only an error's status counts. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
