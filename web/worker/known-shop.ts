// What the worker knows of the shop when no page is open: its name, and where it is.

export interface KnownShop {
  readonly name: string;
  /** Origin of the shop's own pages, where they are elsewhere. */
  readonly origin: string | undefined;
}

/** Milliseconds that an answer has: a notification has to be shown soon. */
const patience = 2_000;

/** As it was last said, else asked for; where nothing answers, the shop is called as its host is. */
export async function knownShop(): Promise<KnownShop> {
  const kept = await caches.match('/api/shop', { ignoreVary: true }).catch(() => undefined);
  const answer =
    kept ?? (await fetch('/api/shop', { signal: AbortSignal.timeout(patience) }).catch(() => undefined));
  const facts = answer?.ok ? await answer.json().catch(() => undefined) : undefined;
  return shopOf(facts, location.hostname);
}

/** @param facts an answer of GET /api/shop, or anything */
export function shopOf(facts: unknown, host: string): KnownShop {
  const { name, url } = (typeof facts === 'object' && facts !== null ? facts : {}) as Record<string, unknown>;
  return {
    name: typeof name === 'string' && name.trim() !== '' ? name : host,
    origin: typeof url === 'string' && URL.canParse(url) ? new URL(url).origin : undefined,
  };
}
