// One request to the runtime: its limits, its failures as ApiError or OfflineError, its body as JSON.
import { ApiError, OfflineError } from './api-error.ts';

/** Milliseconds after which a request counts as unanswered. */
const patience = 15_000;

export interface RequestOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a Blob as it is. */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds; files take longer than words. */
  readonly within?: number;
  /** Sent without cookies. */
  readonly anonymous?: boolean;
  /** Told whether the network answered; what the worker kept does not count. */
  readonly onReach?: ((reached: boolean) => void) | undefined;
}

export interface Answered<T> {
  readonly body: T;
  readonly status: number;
  readonly headers: Headers;
}

/**
 * @param base origin of the runtime; '' is the page's own
 * @throws ApiError for an answer that says no, OfflineError for none
 */
export async function request<T>(
  base: string,
  path: string,
  options: RequestOptions = {},
): Promise<Answered<T>> {
  const { method = 'GET', signal, within = patience, onReach, anonymous = false } = options;
  const limits = [AbortSignal.timeout(within), ...(signal ? [signal] : [])];
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(base + path, {
      method,
      ...sentOf(options),
      // A page of another origin asks without cookies: its shoppers' rights never travel by themselves.
      credentials: base || anonymous ? 'omit' : 'same-origin',
      signal: AbortSignal.any(limits),
    });
    body = response.status === 204 ? undefined : await readJson(response);
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    onReach?.(false);
    throw new OfflineError(error);
  }
  onReach?.(!response.headers.has('X-Couture-Kept'));
  if (!response.ok) throw new ApiError(response.status, isObject(body) ? body : {});
  return { body: body as T, status: response.status, headers: response.headers };
}

function sentOf({ headers = {}, body }: RequestOptions): RequestInit {
  if (body === undefined) return { headers };
  if (body instanceof Blob) return { headers, body };
  return { headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    // A proxy's own page, say: the status is all that it tells.
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
