// Compares the tables of two builds: scores to 1e-9, lists entry by entry except for exact ties.
import { assert } from '../../fixtures/suite.ts';
import { readWrittenLists, type WrittenEntry } from '../../fixtures/written-lists.ts';
import type { Client } from '../../sql/pool.ts';
import type { BuildSummary } from '../recs/build-summary.ts';

const compared = [
  'lines',
  'orders',
  'products',
  'customers',
  'pairs',
  'lists',
  'skipped',
  'warnings',
] as const satisfies readonly (keyof BuildSummary)[];

/** Fails unless both builds have the same lists. Returns the number of lists compared. */
export async function assertSameTables(
  client: Client,
  one: BuildSummary,
  other: BuildSummary,
): Promise<number> {
  const figures = (summary: BuildSummary) => compared.map((name) => [name, summary[name]]);
  assert.equal(figures(other), figures(one));
  const [mine, theirs] = [
    await readWrittenLists(client, one.build_id),
    await readWrittenLists(client, other.build_id),
  ];
  let lists = 0;
  const compare = (title: string, list: readonly WrittenEntry[], against: readonly WrittenEntry[] = []) => {
    sameList(title, list, against);
    lists++;
  };
  for (const [kind, bySubject] of Object.entries({ ...mine.products, ...mine.shop })) {
    const against = { ...theirs.products, ...theirs.shop }[kind] ?? {};
    assert.equal(Object.keys(against).sort(), Object.keys(bySubject).sort(), kind);
    for (const [subject, list] of Object.entries(bySubject))
      compare(`${kind} ${subject}`, list, against[subject]);
  }
  assert.equal(Object.keys(theirs.customers).sort(), Object.keys(mine.customers).sort());
  for (const [customer, { entries, because }] of Object.entries(mine.customers)) {
    const against = theirs.customers[customer]!;
    compare(`customer ${customer}`, causes(entries, because), causes(against.entries, against.because));
  }
  assert.equal(await buyAgainRows(client, other), await buyAgainRows(client, one));
  return lists;
}

async function buyAgainRows(client: Client, { build_id }: BuildSummary): Promise<unknown[]> {
  const { rows } = await client.query(
    `select to_jsonb(l) - 'build_id' as list from couture.buy_again_list l where build_id = $1 order by customer_key`,
    [build_id],
  );
  return rows;
}

function sameList(title: string, list: readonly WrittenEntry[], against: readonly WrittenEntry[]): void {
  const shown = `${title}:\n${JSON.stringify(list)}\n${JSON.stringify(against)}`;
  assert.is(against.length, list.length, shown);
  const reasonOf = new Map(list.map(({ item, reason }) => [item, reason]));
  for (const [rank, { item, score, reason }] of against.entries()) {
    const expected = list[rank]!;
    assert.ok(
      Math.abs(score - expected.score) <= 1e-9 * Math.abs(expected.score),
      `rank ${rank} of ${shown}`,
    );
    // Entries that tie with the last one may be in one list only.
    if (reasonOf.has(item)) assert.is(reason, reasonOf.get(item), `reason at rank ${rank} of ${shown}`);
    if (item === expected.item) continue;
    const own = list.find((each) => each.item === item)?.score ?? list.at(-1)!.score;
    assert.is(own, expected.score, `item at rank ${rank} of ${shown}`);
  }
}

/** Replaces reasons, which are indexes into the causes of a list, by the causes: their order depends on tied entries. */
function causes(entries: readonly WrittenEntry[], because: readonly string[]): WrittenEntry[] {
  return entries.map((entry) => {
    const cause = because[(entry.reason % 10_000) - 1]!;
    return { ...entry, item: `${entry.item} because of ${cause}` };
  });
}
