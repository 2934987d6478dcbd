// GET /api/products, /api/products/:id and /api/categories: the catalogue selects products, the cards give their current data.
import type { Context } from 'koa';
import { z } from 'zod';
import {
  type CatalogueCursor,
  type CatalogueSort,
  catalogueCategories,
  cataloguePage,
  catalogueSort,
  isCatalogueKey,
} from '../../../sql/store/shop/catalogue.ts';
import { catalogueFacets } from '../../../sql/store/shop/catalogue-facets.ts';
import { type CatalogueFilter, chosenParts, noFilter } from '../../../sql/store/shop/catalogue-selection.ts';
import { searchWords } from '../../../sql/store/shop/search-words.ts';
import { catalogueRoutes as routes } from '../../contract/catalogue.ts';
import { centsOf } from '../../contract/money.ts';
import type { QueryOf, Route } from '../../contract/route.ts';
import { isSize } from '../../contract/size-order.ts';
import { byTitle } from '../../contract/titled-option.ts';
import { CoutureError } from '../../core/errors.ts';
import { bestVariant, lowerPrice } from '../../shop/best-variant.ts';
import type { Card, Reading } from '../../shop/card-cache.ts';
import { Lease } from '../../shop/lease.ts';
import { Rendered } from '../../shop/rendered.ts';
import type { Storefront } from '../../shop/storefront.ts';
import { variantsNow } from '../../shop/variants-now.ts';
import type { SharedBudget } from '../../work/shared-budget.ts';
import { addressGroup } from '../address-group.ts';
import { type Binding, bind } from '../bind.ts';

const cacheControl = 'public, no-cache';

/** Who asks for an answer; `url` is also the key under which it is cached. */
export type AnswerRequest = Pick<Context, 'url' | 'ip'>;

/** The answers of these routes, also for the pages that the runtime writes. */
export interface CatalogueAnswers {
  page(query: QueryOf<typeof routes.products>, ctx: AnswerRequest): Rendered | Promise<Rendered>;
  product(id: string, ctx: AnswerRequest): Rendered | Promise<Rendered>;
  categories(ctx: AnswerRequest): Rendered | Promise<Rendered>;
}

/** @param reads expensive reads at a time: those of pages, which search and sort */
export function products(binding: Binding, shop: Storefront, reads: SharedBudget): CatalogueAnswers {
  const { pool, cards, wire } = shop;
  const page: CatalogueAnswers['page'] = (query, ctx) => {
    const { q: text, limit } = query;
    // Forms also send fields that were left blank.
    const category = query.category || undefined;
    const sort = catalogueSort(query.sort, text);
    const after = query.cursor ? readCursor(query.cursor, sort) : undefined;
    return answer(shop, routes.products, ctx, async (used) => {
      const filter = filterOf(query, shop.currency);
      const { synonyms, correct } = await shop.searchAids.read();
      const asked = { category, text, filter, sort, after, limit, synonyms, correct };
      const page = await reads.run(addressGroup(ctx.ip), 1, () => cataloguePage(pool, asked));
      const known = await cards.read(
        page.rows.flatMap((row) => row.variants),
        used,
      );
      const words = searchWords(page.corrected ?? text ?? '');
      const shown = page.rows.flatMap(({ variants }) => {
        const fitting = filter ? variants.filter((id) => fits(known.get(id), filter)) : variants;
        const card = shownVariant(fitting, known, words);
        if (!card) return [];
        return { ...wire.card(card, lowerPrice(card, fitting, known)), ...counts(variants, known) };
      });
      return {
        products: shown,
        next_cursor: page.next ? writeCursor(page.next, sort) : null,
        loosened: page.loosened,
        corrected: page.corrected ?? null,
      };
    });
  };
  const product: CatalogueAnswers['product'] = (given, ctx) =>
    answer(shop, routes.product, ctx, async (used) => {
      const found = await shop.productIds.find(given, 'id');
      if (!found) throw await unknownProduct(shop, given);
      const { id } = found;
      const [text, now] = await Promise.all([shop.text(id), variantsNow(shop, id, used)]);
      if (!now && shop.views.isBroken('product')) throw shop.views.unavailable('products');
      if (!now || !text) throw await unknownProduct(shop, given);
      const { card, group } = now;
      return { ...wire.card(card), ...text, variants: group.map((each) => wire.card(each)) };
    });
  const categories: CatalogueAnswers['categories'] = (ctx) =>
    answer(shop, routes.categories, ctx, async (used) => {
      const found = await catalogueCategories(pool);
      const known = await cards.read(
        found.flatMap(({ variants }) => variants),
        used,
      );
      return found.map(({ name, count, variants }) => {
        const shown = shownVariant(variants, known, []);
        return { name, count, image_url: wire.addresses.picture(shown?.image_url ?? null) };
      });
    });
  bind(binding, routes.products, ({ query, ctx }) => page(query, ctx));
  bind(binding, routes.facets, ({ query, ctx }) =>
    answer(shop, routes.facets, ctx, async () => {
      const category = query.category || undefined;
      const filter = filterOf(query, shop.currency) ?? noFilter;
      const { synonyms, correct } = await shop.searchAids.read();
      const facets = await reads.run(addressGroup(ctx.ip), 1, async () => {
        // The page decides how a search is understood.
        const first = { category, text: query.q, sort: 'featured', after: undefined, limit: 1 } as const;
        const { loosened, corrected } = await cataloguePage(pool, { ...first, synonyms, correct });
        const text = corrected ?? query.q;
        return catalogueFacets(pool, { category, text, loosened, synonyms, filter });
      });
      const written = (values: typeof facets.colours) =>
        values.map(({ swatch, ...value }) => ({ ...value, ...(swatch === null ? {} : { swatch }) }));
      return {
        colours: written(facets.colours),
        sizes: written(facets.sizes.filter(({ name }) => isSize(name))),
        options: written(facets.options.filter(({ name }) => !isSize(name))),
      };
    }),
  );
  bind(binding, routes.product, ({ params, ctx }) => product(params.id, ctx));
  bind(binding, routes.categories, ({ ctx }) => categories(ctx));
  return { page, product, categories };
}

/** Says which kinds of ids were tried, because an integrator may have sent another kind. */
async function unknownProduct({ productIds }: Storefront, text: string): Promise<CoutureError> {
  const kinds = await productIds.kinds();
  return new CoutureError(
    'not_found',
    `The shop has no product ${JSON.stringify(text)}; tried as ${kinds.join(', ')}`,
    'Send the product’s id, its group’s id or its handle, as in couture_source.product.',
    { details: { kinds_tried: kinds } },
  );
}

/**
 * Renders a response once for all concurrent requests and caches it by URL while its cards are fresh, but no longer than
 * the age of one card, since it also contains pages and texts from the database.
 */
function answer(
  shop: Storefront,
  route: Route,
  { url }: Pick<Context, 'url'>,
  make: (used: Set<Reading>) => Promise<unknown>,
): Rendered | Promise<Rendered> {
  const { version } = shop;
  const held = shop.held(url);
  if (held) return held.rendered;
  return shop.answers.once(`${version} ${url}`, async () => {
    const ends = Date.now() + shop.cards.age;
    const used = new Set<Reading>();
    const rendered = new Rendered(await make(used), { build: undefined, cacheControl });
    shop.answers.set(url, {
      rendered,
      lease: new Lease(shop.cards, used, ends),
      version,
      route: route.path,
    });
    return rendered;
  });
}

/** Undefined for a query without filters. */
function filterOf(query: QueryOf<typeof routes.facets>, currency: string): CatalogueFilter | undefined {
  const cents = (amount: string | undefined) => (amount ? centsOf(Number(amount), currency) : undefined);
  const asked = query.size ?? [];
  const sizes = asked.filter((each) => !each.includes(' / '));
  // An address may have what a card says of its size, such as "M / Material: Linen".
  const parts = asked.flatMap((each) => (each.includes(' / ') ? each.split(' / ') : []));
  const options = [...(query.option ?? []), ...parts.filter((each) => !isSize(each))];
  const filter = {
    onSale: query.on_sale === '1',
    inStock: query.in_stock === '1',
    minCents: cents(query.min_price),
    maxCents: cents(query.max_price),
    colours: query.colour ?? [],
    sizes: [...sizes, ...parts.filter(isSize)],
    options: [...byTitle(options, (each) => each)].map(([title, names]) => ({ title, names })),
  };
  return JSON.stringify(filter) === JSON.stringify(noFilter) ? undefined : filter;
}

/** Numbers of a product's variants and of their colours, each if there is more than one. */
function counts(variants: readonly string[], known: ReadonlyMap<string, Card>) {
  const cards = variants.flatMap((id) => known.get(id) ?? []);
  const colours = new Set(cards.flatMap(({ colour }) => colour?.toLowerCase() ?? [])).size;
  return {
    ...(cards.length > 1 ? { variant_count: cards.length } : {}),
    ...(colours > 1 ? { colour_count: colours } : {}),
  };
}

/** Whether the current card matches the filter: the catalogue may be a minute behind, and has only a group's lowest price. */
function fits(card: Card | undefined, filter: CatalogueFilter): boolean {
  const { onSale, inStock, minCents, maxCents, colours } = filter;
  if (!card || (onSale && card.sale_cents === null) || (inStock && !card.in_stock)) return false;
  if (!isAmong(card.colour ?? '', colours)) return false;
  const parts = card.size?.split(' / ') ?? [''];
  if (!chosenParts(filter).every((asked) => parts.some((part) => isAmong(part, asked)))) return false;
  const cents = card.pay_cents ?? 0;
  return cents >= (minCents ?? 0) && cents <= (maxCents ?? Number.POSITIVE_INFINITY);
}

/** Whether the value is one of those asked for, in any case; always if none is. */
function isAmong(value: string, asked: readonly string[]): boolean {
  return asked.length === 0 || asked.some((each) => each.toLowerCase() === value.toLowerCase());
}

/**
 * The variant that a listing shows: of those in stock, the one whose name matches most search words, else the first. A
 * sold-out product is shown as such.
 */
function shownVariant(
  variants: readonly string[],
  known: ReadonlyMap<string, Card>,
  words: readonly string[],
): Card | undefined {
  const best = bestVariant(variants, known) ?? variants.map((id) => known.get(id)).find(Boolean);
  if (words.length === 0) return best;
  let [shown, most] = [best, best ? matches(best, words) : 0];
  for (const id of variants) {
    const card = known.get(id);
    if (!card || (!card.in_stock && best?.in_stock)) continue;
    const count = matches(card, words);
    if (count > most) [shown, most] = [card, count];
  }
  return shown;
}

function matches(card: Card, words: readonly string[]): number {
  const name = searchWords(`${card.name} ${card.colour ?? ''}`);
  return words.filter((word) => name.some((each) => each.startsWith(word))).length;
}

/** [sort, key, id], followed by 1 if the search was loosened, by the words if it was corrected. */
const cursorSchema = z
  .tuple([z.string(), z.string().max(500), z.string().max(200)])
  .rest(z.union([z.literal(1), z.string().max(650)]));

/** Opaque to clients. */
function writeCursor({ key, id, loosened, corrected }: CatalogueCursor, sort: CatalogueSort): string {
  const more = loosened ? [1] : corrected ? [corrected] : [];
  return Buffer.from(JSON.stringify([sort, key, id, ...more])).toString('base64url');
}

function readCursor(text: string, sort: CatalogueSort): CatalogueCursor {
  const [of, key, id, more] = cursorSchema.safeParse(parseJson(text)).data ?? [];
  if (of === sort && key !== undefined && id !== undefined && isCatalogueKey(sort, key) && !id.includes('\0'))
    return { key, id, loosened: more === 1, corrected: typeof more === 'string' ? more : undefined };
  throw new CoutureError(
    'bad_request',
    of === undefined || of === sort
      ? 'Invalid cursor'
      : `The cursor belongs to a different sort order than ${sort}`,
    'Send the next_cursor of the previous page with the same query, or omit it to start from the first page.',
    {
      details: {
        errors: [{ path: 'query.cursor', message: 'expected the next_cursor of the previous page' }],
      },
    },
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return undefined;
  }
}
