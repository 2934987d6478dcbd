// What the worker knows about the shop when no page is open: its name and origin.

import { below } from '../api/own-base.ts';
import { timeLimit } from '../api/time-limit.ts';
import { urlOf } from '../api/url-of.ts';

export interface KnownShop {
  readonly name: string;
  /** Origin of the shop's own pages, if they are elsewhere. */
  readonly origin: string | undefined;
}

/** Time limit of the request in milliseconds: a notification must be shown soon. */
const patience = 2_000;

/**
 * The cached facts, else those of a request; without an answer the shop is named after its host.
 * @param runtime URL of the runtime; '' is couture's own, which serves this worker
 */
export async function knownShop(runtime: string): Promise<KnownShop> {
  const url = below(runtime, '/api/shop');
  const kept = await caches.match(url, { ignoreVary: true }).catch(() => undefined);
  const answer = kept ?? (await fetch(url, { signal: timeLimit(patience).signal }).catch(() => undefined));
  const facts = answer?.ok ? await answer.json().catch(() => undefined) : undefined;
  return shopOf(facts, location.hostname);
}

/** @param facts an answer of GET /api/shop, or any other value */
export function shopOf(facts: unknown, host: string): KnownShop {
  const { name, url } = (typeof facts === 'object' && facts !== null ? facts : {}) as Record<string, unknown>;
  return {
    name: typeof name === 'string' && name.trim() !== '' ? name : host,
    origin: typeof url === 'string' ? urlOf(url)?.origin : undefined,
  };
}
