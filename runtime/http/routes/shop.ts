// GET /api/shop: what a front end must know before it renders.
import type { Context } from 'koa';
import { type Locale, shopRoutes as routes, type ShopFacts } from '../../contract/shop.ts';
import { Rendered } from '../../shop/rendered.ts';
import type { ShopIdentity } from '../../shop/shop-identity.ts';
import type { Storefront } from '../../shop/storefront.ts';
import { type Binding, bind } from '../bind.ts';

export interface ShopParts {
  readonly storefront: Storefront;
  readonly currency: string;
  readonly locale: Locale | undefined;
  readonly identity: ShopIdentity;
  /** Whether the chat invites shoppers by rules. */
  readonly hasInvites: () => Promise<boolean>;
  /** Sign-in page for this request. */
  readonly signInUrl: (ctx: Context) => string | undefined;
}

export function shop(
  binding: Binding,
  { storefront, currency, locale, identity, hasInvites, signInUrl }: ShopParts,
): void {
  bind(binding, routes.read, async ({ ctx }) => {
    const checkout = await storefront.hasCheckout();
    const facts: ShopFacts = {
      name: identity.name,
      sample: identity.sample,
      url: identity.url,
      currency,
      locale: locale ?? null,
      checkout,
      checkout_url: identity.checkoutUrl,
      sign_in_url: signInUrl(ctx) ?? null,
      brand: identity.brand,
      chat_invites: await hasInvites(),
    };
    return new Rendered(facts, { build: undefined, cacheControl: 'public, no-cache' });
  });
}
