// Configuration → which shop a report, a feed or a message is about: its name, and the currency of its amounts.
import type { Config } from '../runtime/core/options.ts';
import { shopIdentity } from '../runtime/shop/shop-identity.ts';
import type { Queryable } from '../sql/pool.ts';
import { hasSampleMarker } from '../sql/store/sample/sample-marker.ts';

export interface ShopLabel {
  readonly name: string;
  /** ISO 4217. */
  readonly currency: string;
}

/** @param client of the database with the shop's tables */
export async function shopLabel(config: Config, client: Queryable): Promise<ShopLabel> {
  const { name } = shopIdentity(config, await hasSampleMarker(client));
  return { name, currency: config.currency };
}
