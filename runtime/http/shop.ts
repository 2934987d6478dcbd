// GET /api/shop: what a front end has to know before it shows anything.
import type { Context } from 'koa';
import type { Pool } from '../../sql/pool.ts';
import { checkoutAvailable } from '../../sql/store/checkout.ts';
import { shopRoutes as routes, type ShopFacts } from '../contract/shop.ts';
import type { ShopIdentity } from '../shop/shop-identity.ts';
import { type Binding, bind } from './bind.ts';
import { Rendered } from './rendered.ts';

export interface ShopParts {
  readonly pool: Pool;
  readonly currency: string;
  readonly identity: ShopIdentity;
  /** Where the one who asks may sign in. */
  readonly signInUrl: (ctx: Context) => string | undefined;
}

export function shop(binding: Binding, { pool, currency, identity, signInUrl }: ShopParts): void {
  bind(binding, routes.read, async ({ ctx }) => {
    const checkout = await checkoutAvailable(pool);
    const facts: ShopFacts = {
      name: identity.name,
      sample: identity.sample,
      url: identity.url,
      currency,
      checkout,
      checkout_url: identity.checkoutUrl,
      sign_in_url: signInUrl(ctx) ?? null,
    };
    return new Rendered(facts, { build: undefined, cacheControl: 'public, no-cache' });
  });
}
