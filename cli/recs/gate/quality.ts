// The quality gate: measures a build's lists and compares them with those of the published build.
import type { Queryable } from '../../../sql/pool.ts';
import { listOverlap } from '../../../sql/store/builds/list-overlap.ts';
import type { ListTable } from '../lists/list-table.ts';
import type { HeldOutFigures } from './held-out.ts';

export interface KindQuality {
  readonly lists: number;
  readonly entries: number;
  /** Mean entries per list; empty lists count as zero. */
  readonly mean_length: number;
  /** Share of all items in at least one list, not counting fallback entries. */
  readonly coverage: number;
}

export type Quality = Record<string, KindQuality>;

/** Quality of lists per product; fallback entries do not count for coverage. */
export function productListQuality(table: ListTable): KindQuality {
  const items = table.length.length;
  const listed = new Uint8Array(items);
  let [lists, entries] = [0, 0];
  for (let item = 0; item < items; item++) {
    const length = table.length[item]!;
    if (length > 0) lists++;
    entries += length;
    for (let at = item * table.k; at < item * table.k + length; at++) {
      if (table.reasons[at]! >= 0) listed[table.items[at]!] = 1;
    }
  }
  return figures(lists, entries, items, listed);
}

/** Quality from counts. `possible`: lists that could have been written; `listed[item]` is 1 if the item is in a list. */
export function figures(lists: number, entries: number, possible: number, listed: Uint8Array): KindQuality {
  const covered = listed.reduce((sum, each) => sum + each, 0);
  return {
    lists,
    entries,
    mean_length: round(entries / Math.max(1, possible)),
    coverage: round(covered / Math.max(1, listed.length)),
  };
}

export interface GateLimits {
  readonly coverage: number;
  readonly length: number;
  readonly overlap: number;
  readonly recall: number;
}

/**
 * Compares a ready build with the published one. Returns messages about what is much worse; none if the build may
 * be published, or if no build is published yet.
 */
export async function qualityProblems(
  client: Queryable,
  buildId: number,
  quality: Quality,
  published: { readonly build_id: number; readonly metrics: Record<string, unknown> } | undefined,
  limits: GateLimits,
  heldOut?: HeldOutFigures,
): Promise<string[]> {
  if (!published) return [];
  const problems = recallProblem(published, heldOut, limits.recall);
  for (const [kind, before] of Object.entries((published.metrics.quality ?? {}) as Quality)) {
    const now = quality[kind];
    if (!now) {
      problems.push(
        `${kind}: build ${published.build_id} has ${before.lists} lists of this kind, this build has none`,
      );
      continue;
    }
    const compare = (what: 'coverage' | 'mean_length', limit: number) => {
      if (now[what] < before[what] * limit) {
        problems.push(
          `${kind}: ${what.replace('_', ' ')} fell from ${before[what]} to ${now[what]}, below ${limit} of the previous value`,
        );
      }
    };
    compare('coverage', limits.coverage);
    compare('mean_length', limits.length);
  }
  const overlap = await listOverlap(client, buildId, published.build_id);
  for (const [kind, share] of Object.entries(overlap)) {
    if (share < limits.overlap)
      problems.push(
        `${kind}: only ${Math.round(share * 100)} % of the entries are the same as in build ${published.build_id}`,
      );
  }
  return problems;
}

/** With fewer test cases than this, recall is mostly noise. */
const minTestCases = 500;

/** Message about the recall on held-out orders if it fell too far; otherwise none. */
export function recallProblem(
  { build_id, metrics }: { readonly build_id: number; readonly metrics: Record<string, unknown> },
  now: HeldOutFigures | undefined,
  limit: number,
): string[] {
  const before = metrics.held_out as HeldOutFigures | undefined;
  if (!before || !now || Math.min(before.questions, now.questions) < minTestCases) return [];
  if (now.recall >= before.recall * limit) return [];
  return [
    `bought_together: recall@${now.k} of held-out orders fell from ${before.recall} in build ${build_id} to ${now.recall}, below ${limit} of the previous value`,
  ];
}

function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
