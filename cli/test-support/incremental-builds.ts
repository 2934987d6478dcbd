// Incremental builds of a changing shop, each compared with a full build of the same orders: not a byte may differ.
import { rmSync } from 'node:fs';
import { Random } from '../../fixtures/random.ts';
import { assert } from '../../fixtures/suite.ts';
import { hashWrittenTables } from '../../fixtures/written-lists.ts';
import type { Client } from '../../sql/pool.ts';
import type { BuildSummary } from '../recs/build-summary.ts';
import { keptFolder } from '../recs/publish/housekeeping.ts';
import { changeShop, type ShopIdType } from './changing-shop.ts';
import { buildHere } from './fault-shop.ts';

export interface IncrementalShop {
  readonly url: string;
  readonly home: string;
  readonly client: Client;
}

/** The lists of a tiny shop change much from day to day. */
const gate = { gateCoverage: 0, gateLength: 0, gateRecall: 0, gateOverlap: 0 };

export interface ComparedBuild {
  readonly summary: BuildSummary;
  readonly notes: readonly string[];
}

/** Figures that both builds have in common; the others are times and numbers of builds. */
const compared = [
  'lines',
  'orders',
  'products',
  'customers',
  'pairs',
  'lists',
  'skipped',
  'warnings',
  'repurchase',
] as const;

/** Builds incrementally and publishes, then builds in full; fails unless both made the same tables and figures. */
export async function buildBothWays(
  shop: IncrementalShop,
  flags: Readonly<Record<string, unknown>>,
  title: string,
): Promise<ComparedBuild> {
  const notes: string[] = [];
  const summary = await buildHere(shop, { notes, flags: { ...gate, ...flags, incremental: true } });
  const full = await buildHere(shop, { flags: { ...gate, ...flags, keepBuilds: 2 }, publish: false });
  const figures = (summary: BuildSummary) => compared.map((name) => [name, summary[name]]);
  assert.equal(figures(summary), figures(full), title);
  assert.equal(
    await hashWrittenTables(shop.client, summary.build_id),
    await hashWrittenTables(shop.client, full.build_id),
    title,
  );
  return { summary, notes };
}

/** Settings that change on some days. */
const settings = [
  {},
  {},
  { halfLife: 'none' },
  { top: 7, since: '200d' },
  { maxHistory: 4 },
  { similarity: 'cosine' },
  { priceBand: 0.5, repurchase: 'always' },
  { acrossCategories: true, maxOrderLines: 3 },
];

/** Lets random days pass, with every kind of change, and compares the builds of each. */
export async function passDays(
  shop: IncrementalShop,
  seed: number,
  type: ShopIdType,
  days: number,
): Promise<void> {
  const random = new Random(seed, 'days');
  let flags: Readonly<Record<string, unknown>> = {};
  for (let day = 1; day <= days; day++) {
    const title = [`day ${day} of ${seed}`];
    if (random.chance(0.85)) title.push(await changeShop(shop.client, random, type, day));
    if (random.chance(0.1)) {
      rmSync(keptFolder(shop.home, shop.url), { recursive: true, force: true });
      title.push('the folder is gone');
    }
    if (random.chance(0.2)) {
      flags = random.pick(settings);
      title.push(JSON.stringify(flags));
    }
    await buildBothWays(shop, flags, title.join(': '));
  }
}
