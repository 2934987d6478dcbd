// Logs why tokens were refused, for the owner who connects a login: each reason at most once a minute, since anybody can send
// tokens.
import { LRUCache } from 'lru-cache';
import type { CoutureError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';

const interval = 60_000;

export function refusalLog(log: Pick<Log, 'warn'>): (error: CoutureError) => void {
  const logged = new LRUCache<string, true>({ max: 20, ttl: interval });
  let quietUntil = 0;
  return ({ message, hint, cause }) => {
    const now = performance.now();
    // Claims have any names: a sender of many different ones must not fill the log either.
    if (logged.has(message) || (logged.size >= 20 && now < quietUntil)) return;
    logged.set(message, true);
    quietUntil = now + interval;
    const unsigned = (cause as { code?: string } | undefined)?.code?.startsWith('ERR_J') ?? false;
    log.warn({ hint: unsigned && !message.includes('Its claims') ? keyHint : hint }, message);
  };
}

const keyHint =
  'If this is a token of the shop’s login, COUTURE_JWT_SECRET or COUTURE_JWKS_URL is not the login’s; see runtime/README.md.';
