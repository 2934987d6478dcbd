// Default builds of shops where some products are bought again and others once: what is recommended again, and the reasons.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type DatabaseContext, databaseSuite } from '../../fixtures/database-suite.ts';
import { Random } from '../../fixtures/random.ts';
import { assert } from '../../fixtures/suite.ts';
import { loadTinyShop, type TinyLine, type TinyProduct, type TinyShop } from '../../fixtures/tiny-shop.ts';
import { readWrittenLists } from '../../fixtures/written-lists.ts';
import { findBuild } from '../../sql/store/builds/builds.ts';
import { buildHere } from '../test-support/fault-shop.ts';
import { inspectCustomer } from './builds/inspect/customer.ts';
import { openInspection } from './builds/inspect/inspection.ts';

interface Context extends DatabaseContext {
  home: string;
}

const test = databaseSuite<Context>('repurchase', { timeout: 300_000, migrated: true });
test.beforeEach((context) => {
  context.home = mkdtempSync(path.join(os.tmpdir(), 'couture-repurchase-'));
});
test.afterEach(({ home }) => rmSync(home, { recursive: true, force: true }));

test('socks are recommended again to their buyers, in any variant; dresses are not', async (context) => {
  const shop = wardrobe();
  await loadTinyShop(context.client, shop);
  const summary = await buildHere({ url: context.database.url, home: context.home });
  const again = await entriesBoughtBefore(context, summary.build_id, shop);
  assert.ok(again.socks > 100, `${again.socks} entries`);
  assert.is(again.dresses, 0);
  const figures = summary.repurchase!;
  assert.equal([figures.mode, figures.occasions, figures.products], ['auto', 'days', 50]);
  assert.ok(figures.products_again === 8, JSON.stringify(figures));
  const row = await findBuild(context.client, summary.build_id);
  assert.equal(row!.metrics.repurchase, figures, 'the build keeps what it decided');
  assert.is(row!.config.repurchase, 'auto');

  const always = await buildHere(
    { url: context.database.url, home: context.home },
    { flags: { repurchase: true }, force: true },
  );
  assert.ok((await entriesBoughtBefore(context, always.build_id, shop)).dresses > 0);
  const never = await buildHere(
    { url: context.database.url, home: context.home },
    { flags: { repurchase: 'never' }, force: true },
  );
  assert.equal(await entriesBoughtBefore(context, never.build_id, shop), { socks: 0, dresses: 0 });
});

test('a product recommended again has its reason, which names the variant bought if another is listed', async (context) => {
  const shop = wardrobe();
  await loadTinyShop(context.client, shop);
  await buildHere({ url: context.database.url, home: context.home });
  const { rows } = await context.client.query<{ subject: string; item_id: string; reason: string }>(
    "select subject, item_id, reason from couture.recommendation where kind = 'personalized' and source = 'repeat'",
  );
  const bought = purchasesOf(shop);
  for (const { subject, item_id: item, reason } of rows) {
    const found = /^you (?:bought (\S+) before|often buy (\S+))$/.exec(reason);
    const variant = [found?.[1], found?.[2]].find((each) => each !== undefined);
    const named = variant === undefined || variant === 'this' ? item : variant;
    const days = bought.get(subject)!.get(named);
    assert.ok(days, `${subject} never bought ${named}: ${reason}`);
    const all = variantsOf(shop, named).flatMap((each) => [...(bought.get(subject)!.get(each) ?? [])]);
    if (found?.[2] !== undefined) assert.ok(new Set(all).size >= 3, `${subject}, ${reason}: ${all}`);
  }
  const kinds = new Set(rows.map(({ reason }) => reason.replace(/sock\S+/, 'NAME')));
  assert.ok(kinds.has('you bought this before') && kinds.has('you bought NAME before'), [...kinds].join());
  assert.ok(kinds.has('you often buy this'), [...kinds].join());

  const inspection = await openInspection({
    databaseUrl: context.database.url,
    sourceUrl: context.database.url,
  });
  try {
    const found = await inspectCustomer(inspection, rows[0]!.subject);
    assert.is(found.repurchase!.products_again, 8);
    const entry = found.lists.personalized!.find(({ id }) => id === rows[0]!.item_id)!;
    assert.is(entry.source, 'repeat');
    assert.match(entry.reason, /^you (bought .+ before|often buy .+)$/);
  } finally {
    await inspection.close();
  }
});

/** 42 dresses that are bought once, 8 kinds of socks, in two colours each, that are bought every month. */
function wardrobe(): TinyShop {
  const random = new Random(1, 'wardrobe');
  const products: TinyProduct[] = [];
  for (let n = 0; n < 42; n++) products.push({ id: `dress${n}`, category: 'Dresses', price: 90 });
  for (let n = 0; n < 8; n++)
    for (const colour of ['black', 'white'])
      products.push({ id: `sock${n}-${colour}`, category: 'Socks', price: 9, group: `sock${n}` });
  const lines: TinyLine[] = [];
  let order = 0;
  const buy = (customer: number, day: number, product: string) =>
    lines.push({ order: `o${order}`, customer: `c${customer}`, product, at: dayOf(day) });
  for (let customer = 0; customer < 150; customer++) {
    const kind = random.below(8);
    const dresses = random.some(
      products.filter(({ category }) => category === 'Dresses'),
      6,
    );
    for (let visit = 0; visit < 5; visit++, order++) {
      const day = visit * 30 + random.below(20);
      buy(customer, day, dresses[visit]!.id);
      if (random.chance(0.7)) buy(customer, day, `sock${kind}-${random.pick(['black', 'white'])}`);
    }
    // The same dress in two orders of one day: a mistake, not a habit.
    const day = 160 + random.below(5);
    for (let twice = 0; twice < 2; twice++, order++) buy(customer, day, dresses[5]!.id);
  }
  return { products, lines, watched: [] };
}

function dayOf(day: number): string {
  return new Date(Date.UTC(2025, 0, 1 + day, 12)).toISOString();
}

/** Customer → product → days on which it was bought. */
function purchasesOf({ lines }: TinyShop): Map<string, Map<string, Set<string>>> {
  const bought = new Map<string, Map<string, Set<string>>>();
  for (const { customer, product, at } of lines) {
    const mine = bought.get(customer!) ?? new Map<string, Set<string>>();
    bought.set(customer!, mine.set(product!, (mine.get(product!) ?? new Set()).add(at!)));
  }
  return bought;
}

function variantsOf({ products }: TinyShop, id: string): string[] {
  const group = products.find((product) => product.id === id)?.group;
  return products.filter((each) => each.id === id || (group && each.group === group)).map((each) => each.id);
}

/** Entries of all customers' lists that name what they bought, in this variant or another. */
async function entriesBoughtBefore({ client }: Context, buildId: number, shop: TinyShop) {
  const { customers } = await readWrittenLists(client, buildId);
  const bought = purchasesOf(shop);
  const again = { socks: 0, dresses: 0 };
  for (const [customer, { entries }] of Object.entries(customers)) {
    for (const { item, reason } of entries) {
      const mine = variantsOf(shop, item).some((each) => bought.get(customer)!.has(each));
      assert.is(mine, reason >= 20_000, `${customer}: ${item} says ${reason}`);
      if (mine) again[item.startsWith('sock') ? 'socks' : 'dresses']++;
    }
  }
  return again;
}
