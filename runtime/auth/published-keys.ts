// The public keys of the shop's login (JWKS) → keys for jose. Known keys outlast an outage of the login, and what its server
// answers is bounded in time and size.
import { createRemoteJWKSet, customFetch, type JWKSCacheInput, type JWTVerifyGetKey, jwksCache } from 'jose';
import { CoutureError } from '../core/errors.ts';

export interface KeyServerOptions {
  /** Receives the error when keys are known but cannot be fetched again. */
  readonly onFailed?: ((error: CoutureError) => void) | undefined;
  /** Milliseconds for one fetch. */
  readonly timeout?: number;
}

/** Milliseconds after which known keys are fetched again, while they are in use. */
const refreshInterval = 600_000;
/** Milliseconds for which known keys are used while they cannot be fetched again. */
const maxAge = 4 * 3_600_000;
/** Milliseconds between fetches for tokens of an unknown key, after a failed refresh, and after a fetch without an answer. */
const pause = 10_000;
/** A set of keys has a few kilobytes. */
const maxBytes = 1_000_000;

/** @throws (the returned function) CoutureError `keys_unreachable`; the errors of jose */
export function publishedKeys(
  url: string,
  { onFailed, timeout = 3_000 }: KeyServerOptions = {},
): JWTVerifyGetKey {
  let silent: { readonly since: number; readonly error: CoutureError } | undefined;
  const fetchKeys = async (href: string, init: RequestInit): Promise<Response> => {
    // Each request with an unknown key would otherwise wait for the timeout.
    if (silent && apart(silent.since) < pause) throw silent.error;
    try {
      return await answerOf(href, init);
    } catch (cause) {
      const late = init.signal?.aborted === true;
      const error = keysUnreachable(late ? `no answer within ${timeout / 1_000} s` : reasonOf(cause), cause);
      silent = late ? { since: Date.now(), error } : undefined;
      throw error;
    }
  };
  const known: JWKSCacheInput = {};
  const keys = createRemoteJWKSet(new URL(url), {
    timeoutDuration: timeout,
    cooldownDuration: pause,
    cacheMaxAge: maxAge,
    [customFetch]: fetchKeys,
    [jwksCache]: known,
  });
  let refreshedAt = Number.NEGATIVE_INFINITY;
  return async (header, token) => {
    const isOld = known.uat !== undefined && (apart(known.uat) >= refreshInterval || Date.now() < known.uat);
    if (isOld && apart(refreshedAt) >= pause) {
      refreshedAt = Date.now();
      // Nobody waits for it: the known keys still hold.
      keys
        .reload()
        .catch((error) =>
          onFailed?.(error instanceof CoutureError ? error : keysUnreachable(error.message, error)),
        );
    }
    return keys(header, token);
  };
}

/** The whole answer, if it is one with keys in JSON. Redirects are not followed. */
async function answerOf(href: string, init: RequestInit): Promise<Response> {
  const response = await fetch(href, { ...init, redirect: 'manual' });
  if (response.status !== 200) {
    await response.body?.cancel();
    const isRedirect = response.status >= 300 && response.status < 400;
    throw new Error(
      `their server answers ${response.status}${isRedirect ? ', and redirects are not followed' : ''}`,
    );
  }
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    if (size > maxBytes) throw new Error(`their server answers more than ${maxBytes} bytes`);
    parts.push(part);
  }
  const text = Buffer.concat(parts).toString();
  try {
    JSON.parse(text);
  } catch (cause) {
    throw new Error('their server does not answer in JSON', { cause });
  }
  return new Response(text);
}

/** Milliseconds from or to a moment: jose measures with the clock of the machine, which may be set back. */
function apart(moment: number): number {
  return Math.abs(Date.now() - moment);
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  return message === 'fetch failed' ? (cause?.code ?? cause?.message ?? message) : message;
}

/** @param why without the URL: clients see it */
export function keysUnreachable(why: string, cause: unknown): CoutureError {
  const what = `The keys of the shop’s login cannot be fetched: ${why}`;
  return new CoutureError('keys_unreachable', what, 'Try again later.', { cause });
}
