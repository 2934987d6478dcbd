// What a build's lists are made from, as a hash: if it is that of the published build, a new build would make the same lists.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Client } from '../../../../sql/pool.ts';
import type { OrderCustomers } from '../../../../sql/source/order-customers.ts';
import type { Catalog } from '../catalog.ts';
import type { SinceWindow } from '../plan.ts';
import type { SourceIds } from '../read-shop.ts';
import type { KeptLists } from '../watch-lists.ts';
import { replaceFile, sealed } from './manifest.ts';
import { dayOfRange, type RangeChecks } from './ranges.ts';

export interface MadeFrom {
  /** Version of couture. */
  readonly couture: string;
  /** Every setting and model that decides the lists. */
  readonly options: unknown;
  readonly catalog: Catalog;
  readonly ids: SourceIds;
  readonly checks: RangeChecks;
  readonly since: SinceWindow;
  readonly customers: OrderCustomers;
  /** Lines dated after this day are in the future. */
  readonly latestDay: number;
  /** From `watchListsHash`. */
  readonly watchLists: string;
}

/** SHA-256 in hex. Today's date only counts if lines are dated after it. */
export function hashOfSource(input: MadeFrom): string {
  const { couture, options, ids, checks, since, customers, latestDay, watchLists } = input;
  const hash = createHash('sha256');
  const days = [...checks.keys()].map((range) => dayOfRange(range) ?? Number.NEGATIVE_INFINITY);
  const newest = days.reduce((latest, day) => Math.max(latest, day), Number.NEGATIVE_INFINITY);
  hash.update(
    JSON.stringify([
      couture,
      options,
      ids,
      since,
      customers,
      String(Math.min(newest, latestDay)),
      watchLists,
    ]),
  );
  for (const range of [...checks.keys()].sort((a, b) => a - b)) {
    const { lines, sum } = checks.get(range)!;
    hash.update(`${range} ${lines} ${sum}\n`);
  }
  for (const column of columnsOf(input.catalog)) hash.update(column);
  return hash.digest('hex');
}

/** A checksum of all rows of couture_source.watchlist, in any order, and of the lists that couture keeps. */
export async function watchListsHash(client: Client, kept: KeptLists): Promise<string> {
  const { rows } = await client.query<{ hash: string }>(
    `select count(*) || ' ' || coalesce(sum(hashtextextended(customer_id::text || chr(1) || product_id::text collate "C", 0)), 0) as hash
     from couture_source.watchlist`,
  );
  const own = createHash('sha256');
  for (const list of kept) own.update(JSON.stringify(list));
  return `${rows[0]!.hash} ${own.digest('hex')}`;
}

/** The published build that was made from the source with this hash. */
export interface MadeBuild {
  readonly build: number;
  readonly hash: string;
}

const fileName = 'published.json';

/** Undefined if it is not known. */
export function readMadeBuild(folder: string): MadeBuild | undefined {
  try {
    const text = readFileSync(path.join(folder, fileName), 'utf8');
    const rest = text.slice(text.indexOf('\n') + 1);
    return text === sealed(rest) ? JSON.parse(rest) : undefined;
  } catch {
    return undefined;
  }
}

export function writeMadeBuild(folder: string, made: MadeBuild): void {
  replaceFile(folder, fileName, sealed(JSON.stringify(made)));
}

function* columnsOf(catalog: Catalog): Generator<string | NodeJS.ArrayBufferView> {
  const { products, itemOfProduct, representative, category, price, rating, featured } = catalog;
  const ids = Array.from({ length: products.size }, (_, product) => products.text(product));
  const { categories, categoryPaths, words, names } = catalog;
  yield JSON.stringify([ids, categories, categoryPaths, words, names]);
  yield* [itemOfProduct, representative, category, price, rating, featured];
}
