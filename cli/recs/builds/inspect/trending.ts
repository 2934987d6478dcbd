// Trending products and bestsellers, of the shop or of one category.
import { CoutureError } from '../../../../runtime/core/errors.ts';
import { listedCategories, shopLists } from '../../../../sql/store/lists/lists.ts';
import { describeEntries, type InspectedLists } from './entries.ts';
import type { InspectedKind, Inspection } from './inspection.ts';

/** What `recs inspect --trending --json` prints. */
export interface TrendingInspection {
  readonly build_id: number;
  /** Null: the whole shop. */
  readonly category: string | null;
  readonly lists: InspectedLists;
  readonly missing: Record<string, string>;
}

export const trendingKinds = ['trending', 'bestseller'] as const satisfies InspectedKind[];
export type TrendingKind = (typeof trendingKinds)[number];

/**
 * @param wanted a category, case-insensitive; undefined: the whole shop
 * @throws CoutureError `bad_option` if the category has no lists
 */
export async function inspectTrending(
  inspection: Inspection,
  wanted: string | undefined,
  kinds: readonly TrendingKind[] = trendingKinds,
): Promise<TrendingInspection> {
  const { client, build } = inspection;
  const category = wanted === undefined ? '' : await findCategory(inspection, wanted);
  const entries = await shopLists(client, build.build_id, category, inspection.limit('trending'));
  const lists = await describeEntries(inspection, entries);
  return {
    build_id: build.build_id,
    category: category === '' ? null : category,
    lists: Object.fromEntries(kinds.flatMap((kind) => (lists[kind] ? [[kind, lists[kind]]] : []))),
    missing: Object.fromEntries(
      kinds.filter((kind) => !lists[kind]).map((kind) => [kind, whyMissing(inspection)]),
    ),
  };
}

async function findCategory({ client, build }: Inspection, wanted: string): Promise<string> {
  const categories = await listedCategories(client, build.build_id);
  const found =
    categories.find((category) => category === wanted) ??
    categories.find((category) => category.toLowerCase() === wanted.toLowerCase());
  if (found !== undefined) return found;
  const shown = categories.slice(0, 30);
  const more = categories.length > shown.length ? `, and ${categories.length - shown.length} more` : '';
  throw new CoutureError(
    'bad_option',
    `--category is ${JSON.stringify(wanted)}: build ${build.build_id} has no lists for it.`,
    shown.length > 0 ? `It has lists for ${shown.join(', ')}${more}.` : 'It has no category lists.',
  );
}

function whyMissing({ build }: Inspection): string {
  const { config, source, build_id: id } = build;
  if (Array.isArray(config.kinds) && !config.kinds.includes('trending')) {
    return `Build ${id} was made without this kind of list.`;
  }
  return source.orders === 0 ? `Build ${id} had no orders.` : 'Nothing was sold.';
}
