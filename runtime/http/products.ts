// GET /api/products, /api/products/:id and /api/categories: the catalogue decides which, the cards say what they are now.
import { z } from 'zod';
import {
  type CatalogueCursor,
  catalogueCategories,
  cataloguePage,
  catalogueVariants,
  searchWords,
} from '../../sql/store/catalogue.ts';
import { productText } from '../../sql/store/shop-products.ts';
import { catalogueRoutes as routes } from '../contract/catalogue.ts';
import { CoutureError } from '../core/errors.ts';
import { type Binding, bind } from './bind.ts';
import type { Card } from './recommendations/card-cache.ts';
import { bestVariant } from './recommendations/compose.ts';
import { shopId } from './recommendations/shop-ids.ts';
import type { Storefront } from './recommendations/storefront.ts';
import { Rendered } from './rendered.ts';

const cacheControl = 'public, no-cache';

export function products(binding: Binding, shop: Storefront): void {
  const { pool, cards, wire, ids } = shop;
  const rendered = (value: unknown) => new Rendered(value, { build: undefined, cacheControl });
  bind(binding, routes.products, async ({ query }) => {
    const { category, q: text, limit } = query;
    const words = searchWords(text ?? '');
    const sort = query.sort ?? (words.length > 0 ? 'relevance' : 'featured');
    const after = query.cursor === undefined ? undefined : readCursor(query.cursor, sort);
    const page = await cataloguePage(pool, { category, text, sort, after, limit });
    const known = await cards.read(page.rows.flatMap((row) => row.variants));
    const shown = page.rows.flatMap(({ variants }) => shownVariant(variants, known, words) ?? []);
    return rendered({
      products: shown.map((card) => wire.card(card)),
      next_cursor: page.next ? writeCursor(page.next, sort) : null,
      loosened: page.loosened,
    });
  });
  bind(binding, routes.product, async ({ params }) => {
    const id = shopId(ids.product, params.id, 'id');
    const [text, variants] = await Promise.all([
      productText(pool, ids.product, id),
      catalogueVariants(pool, id),
    ]);
    const known = await cards.read([id, ...variants]);
    const card = known.get(id);
    if (!card || !text) throw new CoutureError('not_found', `There is no product ${JSON.stringify(id)}`);
    return rendered({
      ...wire.card(card),
      ...text,
      variants: variants.flatMap((each) => known.get(each) ?? []).map((each) => wire.card(each)),
    });
  });
  bind(binding, routes.categories, async () => rendered(await catalogueCategories(pool)));
}

/**
 * The variant that a listing shows: of those that can be bought the one whose name has most of the words, else the
 * first; a product that is sold out is shown as such.
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
  const name = searchWords(card.name);
  return words.filter((word) => name.some((each) => each.startsWith(word))).length;
}

const cursorSchema = z.tuple([z.string(), z.string().max(500), z.string().max(200)]);

/** Opaque to clients: base64url of [sort, key, id]. */
function writeCursor({ key, id }: CatalogueCursor, sort: string): string {
  return Buffer.from(JSON.stringify([sort, key, id])).toString('base64url');
}

function readCursor(text: string, sort: string): CatalogueCursor {
  const read = () => {
    try {
      return cursorSchema.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString())).data;
    } catch {
      return undefined;
    }
  };
  const [of, key, id] = read() ?? [];
  const isKey = sort === 'name' || (key !== undefined && /^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(key));
  if (of === sort && key !== undefined && id !== undefined && isKey) return { key, id };
  throw new CoutureError(
    'bad_request',
    `cursor is ${of === undefined || of === sort ? 'no cursor' : `of the order ${of}`}`,
    'Send the next_cursor of the page before, with the same query.',
    {
      details: { errors: [{ path: 'query.cursor', message: 'expected the next_cursor of the page before' }] },
    },
  );
}
