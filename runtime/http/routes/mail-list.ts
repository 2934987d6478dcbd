// GET /api/mail-lists/:token…: a customer's products in newsletters, as JSON, as an HTML fragment, or place by place as
// redirects to the page and the picture of the product that leads the list when the mail is opened.
import type { Context } from 'koa';
import { isId } from '../../../sql/store/shop/shop-products.ts';
import { writtenOrigin } from '../../auth/own-origin.ts';
import type { IsRevoked } from '../../auth/revocations.ts';
import {
  type MailProduct,
  mailListQuery,
  maxMailProducts,
  mailListRoutes as routes,
} from '../../contract/mail-list.ts';
import { formatMoney } from '../../contract/money.ts';
import type { Locale } from '../../contract/shop.ts';
import { CoutureError } from '../../core/errors.ts';
import type { Shown } from '../../recommendations/compose.ts';
import { LiveLists } from '../../recommendations/live-lists.ts';
import { type MailLinkClaim, readMailLink } from '../../recommendations/mail-link.ts';
import type { Storefront } from '../../shop/storefront.ts';
import { type Binding, bind } from '../bind.ts';
import type { EventBuffer } from '../event-buffer.ts';
import { mailFragment } from '../mail-fragment.ts';

export interface MailListParts {
  /** Signs the links; undefined: there are none. */
  readonly secret: string | undefined;
  readonly publicUrl: string | undefined;
  readonly basePath: string;
  /** Language of prices by default. */
  readonly locale: Locale;
  readonly isRevoked: IsRevoked;
  readonly events: EventBuffer;
  /** Counts clicks against their sender's limit. @throws CoutureError `too_many_requests` */
  readonly take: (ctx: Context, events: number) => void;
}

interface Wanted {
  readonly limit: number;
  readonly lang: Locale;
}

export function mailLists(binding: Binding, shop: Storefront, parts: MailListParts): void {
  const { router } = binding;
  const handlers = new MailLists(shop, parts);
  const path = routes.read.path;
  bind(binding, routes.read, async ({ params, query, ctx }) => {
    const claim = handlers.claim(params.token);
    keepPrivate(ctx);
    const wanted = { limit: query.limit, lang: query.lang ?? parts.locale };
    const products = await handlers.products(ctx, params.token, claim, wanted);
    return { products, expires_at: new Date(claim.expires * 1_000).toISOString() };
  });
  router.get(`${path}/fragment`, async (ctx) => {
    const claim = handlers.claim(ctx.params.token!);
    keepPrivate(ctx);
    const columns = /^[1-4]$/.test(String(ctx.query.columns)) ? Number(ctx.query.columns) : 2;
    const { limit, lang = parts.locale } = queryOf(ctx);
    const products = await handlers.products(ctx, ctx.params.token!, claim, { limit, lang });
    ctx.type = 'text/html; charset=utf-8';
    ctx.body = mailFragment(products, { columns, lang });
  });
  router.get(`${path}/products/:product_id`, (ctx) => handlers.toProduct(ctx));
  router.get(`${path}/places/:place`, (ctx) => handlers.toPlace(ctx));
  router.get(`${path}/places/:place/picture`, (ctx) => handlers.toPicture(ctx));
}

class MailLists {
  readonly #shop: Storefront;
  readonly #parts: MailListParts;

  constructor(shop: Storefront, parts: MailListParts) {
    this.#shop = shop;
    this.#parts = parts;
  }

  /** @throws CoutureError `not_found`, whatever is wrong with the link */
  claim(token: string): MailLinkClaim {
    const claim = this.#claimOf(token);
    if (claim) return claim;
    throw new CoutureError(
      'not_found',
      'This link is invalid, has expired or was revoked',
      'Links are made by "couture recs export --format feed", with the secret of the server.',
    );
  }

  async products(
    ctx: Context,
    token: string,
    { customerId }: MailLinkClaim,
    { limit, lang }: Wanted,
  ): Promise<MailProduct[]> {
    const { wire, currency } = this.#shop;
    const origin = this.#origin(ctx);
    const base = `${origin}${this.#parts.basePath}/api/mail-lists/${token}/products/`;
    const price = (cents: number) => formatMoney(cents, currency, lang);
    return (await this.#list(customerId, limit)).map(({ card, fromCents }, at) => {
      const { url, image_url, ...facts } = wire.card(card, fromCents);
      return {
        ...facts,
        image_url: image_url === null ? null : new URL(image_url, origin).href,
        url: new URL(url, origin).href,
        link: `${base}${encodeURIComponent(card.id)}?place=${at + 1}`,
        price_text: price(card.pay_cents ?? 0),
        former_price_text: card.sale_cents === null ? null : price(card.price_cents ?? 0),
      };
    });
  }

  /** A click: leads to the product even if the link has expired, which only ends the counting. */
  async toProduct(ctx: Context): Promise<void> {
    const { cards, productIds, wire } = this.#shop;
    const found = await productIds.find(ctx.params.product_id!);
    const card = found && (await cards.read([found.id])).get(found.id);
    keepPrivate(ctx);
    if (!card) return this.#redirect(ctx, wire.addresses.page('/'));
    const place = String(ctx.query.place);
    this.#count(ctx, card.id, /^\d{1,2}$/.test(place) ? Math.max(1, Number(place)) : 1);
    this.#redirect(ctx, wire.addresses.product(card.url, card.id));
  }

  /** A click on what was at this place when the mail was opened, or is now. */
  async toPlace(ctx: Context): Promise<void> {
    const { wire } = this.#shop;
    const { place, shown } = await this.#placed(ctx);
    if (!shown) return this.#redirect(ctx, wire.addresses.page('/'));
    this.#count(ctx, shown.card.id, place);
    this.#redirect(ctx, wire.addresses.product(shown.card.url, shown.card.id));
  }

  async toPicture(ctx: Context): Promise<void> {
    const { shown } = await this.#placed(ctx);
    const picture = shown && this.#shop.wire.addresses.picture(shown.card.image_url);
    if (!picture) throw new CoutureError('not_found', `There is no picture at ${ctx.path.slice(-12)}`);
    this.#redirect(ctx, picture);
  }

  async #placed(ctx: Context): Promise<{ place: number; shown: Shown | undefined }> {
    const { customerId } = this.claim(ctx.params.token!);
    keepPrivate(ctx);
    const place = /^\d{1,2}$/.test(ctx.params.place!) ? Number(ctx.params.place) : 0;
    if (place < 1 || place > maxMailProducts)
      throw new CoutureError(
        'bad_request',
        `Invalid place ${JSON.stringify(ctx.params.place)}`,
        `Use 1 to ${maxMailProducts}.`,
      );
    return { place, shown: (await this.#list(customerId, place))[place - 1] };
  }

  #claimOf(token: string): MailLinkClaim | undefined {
    const { secret, isRevoked } = this.#parts;
    const claim = secret === undefined ? undefined : readMailLink(token, secret);
    if (!claim || !isId(this.#shop.ids.customer, claim.customerId)) return undefined;
    return isRevoked({ sub: claim.customerId, tokenHash: undefined }) ? undefined : claim;
  }

  /** The customer's list with its fallback chain, in stock; once more if another build was published meanwhile. */
  async #list(customerId: string, limit: number): Promise<readonly Shown[]> {
    for (;;) {
      const serving = await this.#shop.served.current();
      const { shown } = await new LiveLists(serving, this.#shop.cards).personalized(customerId, limit);
      if (this.#shop.served.known.lists === serving.lists) return shown;
    }
  }

  /** Counts a click, unless a program only checks the link, or the customer objects: by the link or by the browser. */
  #count(ctx: Context, item: string, place: number): void {
    const claim = this.#claimOf(ctx.params.token!);
    if (!claim?.tracked || ctx.method !== 'GET' || ctx.get('Sec-GPC') === '1' || ctx.get('DNT') === '1')
      return;
    try {
      this.#parts.take(ctx, 1);
    } catch {
      // More clicks than a person makes: they lead to the shop, but say nothing.
      return;
    }
    const buildId = this.#shop.served.known.lists?.build ?? null;
    const event = {
      at: new Date(),
      type: 'click',
      kind: 'mail',
      buildId,
      subject: null,
      item,
      place,
    } as const;
    this.#parts.events.add([{ ...event, customer: claim.customerId, visitor: null, arm: null }]);
  }

  #redirect(ctx: Context, address: string): void {
    ctx.redirect(new URL(address, this.#origin(ctx)).href);
  }

  /** @throws CoutureError `bad_request`: a mail needs whole addresses, and a Host could be an attacker's */
  #origin(ctx: Context): string {
    const origin = writtenOrigin(ctx, this.#parts.publicUrl);
    if (origin !== undefined) return origin;
    throw new CoutureError(
      'bad_request',
      `Invalid Host header: ${JSON.stringify(ctx.host.slice(0, 60))}`,
      'Set COUTURE_PUBLIC_URL to the URL of the shop.',
    );
  }
}

/** What is in stock changes by the minute, and the address is a credential: no cache, no search engine, no referrer. */
function keepPrivate(ctx: Context): void {
  ctx.set('Cache-Control', 'private, no-store');
  ctx.set('X-Robots-Tag', 'noindex');
  ctx.set('Referrer-Policy', 'no-referrer');
}

function queryOf(ctx: Context): { limit: number; lang?: Locale | undefined } {
  const parsed = mailListQuery.safeParse(ctx.query);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new CoutureError('bad_request', `Invalid request: query.${issue!.path.join('.')}: ${issue!.message}`);
}
